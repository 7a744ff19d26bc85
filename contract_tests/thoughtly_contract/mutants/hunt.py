"""Looks for what is wrong with one server, with the battery or with stock schemathesis."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from thoughtly_contract.battery import Examination, Judge, Probe, all_probes, within
from thoughtly_contract.battery.harmless import rings
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Caller
from thoughtly_contract.keys import Key, keys_of
from thoughtly_contract.mutants.mutant import Mutant, Server
from thoughtly_contract.mutants.operations import narrowed, widened
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import load_spec, operations

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Level:
    """How much a hunt may do, and see."""

    name: str
    meaning: str
    goal: float
    """Share of the mutants that must be killed."""
    calls: int | None
    """How many valid requests may be sent; None for any number."""
    risks: bool
    """Whether requests are sent that only a faulty server carries out."""
    journal: bool
    """Whether it is seen what the server carried out."""


LEVELS = (
    Level("journal", "any number of calls, and what the server did is seen", 1.0, None, risks=True, journal=True),
    Level(
        "one call",
        "one valid request; nothing that was answered by a success before it",
        0.9,
        1,
        risks=True,
        journal=False,
    ),
    Level("one contact", "one request that says upon whom to act", 0.8, 1, risks=False, journal=False),
    Level("no call", "no request that says upon whom to act", 0.65, 0, risks=False, journal=False),
)


@dataclass(frozen=True, slots=True)
class Hunt:
    """What came of looking for what is wrong with one server."""

    found: str | None
    """The first thing that was wrong; None where nothing was."""
    calls: int
    """How often the server acted upon somebody."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Ground:
    """A spec with all that is made from it once."""

    spec: Spec
    keys: tuple[Key, ...]
    probes: tuple[Probe, ...]
    judge: Judge
    samplers: Mapping[str | None, Sampler]
    """By operation id."""

    def calls(self, server: Server) -> int:
        """Return how often a server acted upon somebody."""
        return sum(rings(self.samplers[placed.operation_id], placed.body) for placed in server.witness())


@cache
def ground(*, wide: bool) -> Ground:
    """Return what mutants are hunted on."""
    spec = (widened if wide else narrowed)(load_spec())
    keys = keys_of(spec, {})
    probes = tuple(all_probes(spec, keys, tells_wrong_keys=True))
    samplers: dict[str | None, Sampler] = {
        operation.operation_id: Sampler(spec, operation, keys, Validity(spec, operation))
        for operation in operations(spec)
    }
    return Ground(spec, keys, probes, Judge(spec, keys), samplers)


def by_battery(mutant: Mutant, level: Level) -> Hunt:
    """Put probes to a mutant until one shows that something is wrong."""
    on = ground(wide=mutant.widened)
    server = mutant.make(on.spec, on.keys)
    started = time.perf_counter()
    with Caller(server.app) as call:
        examination = Examination(on.judge, call, server.witness if level.journal else None)
        failure = next(examination.failures(within(on.probes, level.calls, risks=level.risks)), None)
    return Hunt(str(failure) if failure else None, on.calls(server), time.perf_counter() - started)


def by_stock(mutant: Mutant, examples: int, seed: int) -> Hunt:
    """Run schemathesis as it is, all phases and checks, good keys given, until it finds a failure."""
    on = ground(wide=mutant.widened)
    server = mutant.make(on.spec, on.keys)
    started = time.perf_counter()
    found = next(iter(_stock_failures(server, on, examples, seed)), None)
    return Hunt(found, on.calls(server), time.perf_counter() - started)


def _stock_failures(server: Server, on: Ground, examples: int, seed: int) -> list[str]:
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import Status, events, from_schema

    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "max-failures": 1,
            "headers": {key.header: key.value for key in on.keys},
            "generation": {"max-examples": examples, "database": "none"},
        }
    )
    schema = schemathesis.openapi.from_dict(dict(on.spec), config=config)
    schema.app = server.app
    return [
        str(event.phase)
        for event in from_schema(schema).execute()
        if isinstance(event, events.ScenarioFinished) and event.status in {Status.FAILURE, Status.ERROR}
    ]
