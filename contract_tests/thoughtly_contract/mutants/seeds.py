"""Runs the generated phases of the suite against healthy servers, seed after seed: none may ever be failed."""

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from schemathesis.engine import Status, events, from_schema

from thoughtly_contract.mutants.hunt import ground
from thoughtly_contract.mutants.mutant import Mutant
from thoughtly_contract.mutants.tournament import HEALTHY, WORKERS
from thoughtly_contract.schemas import PHASES, schema_for
from thoughtly_contract.session import Run
from thoughtly_contract.target import Target


def alarms(seeds: Iterable[int], examples: int) -> list[str]:
    """Return what the generated phases found wrong with healthy servers.

    Args:
        seeds: each is run against every healthy server.
        examples: random requests for each operation.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        return [alarm for found in pool.map(partial(alarms_of, examples=examples), seeds) for alarm in found]


def alarms_of(seed: int, examples: int) -> list[str]:
    """Return what one seed found wrong with healthy servers."""
    return [
        f"the {server.name} was failed with seed {seed}: {failure}"
        for server in HEALTHY
        for failure in failures(server, seed, examples)
    ]


def failures(mutant: Mutant, seed: int, examples: int) -> Iterator[str]:
    """Yield what the generated phases find wrong with a server."""
    on = ground(wide=mutant.widened)
    server = mutant.make(on.spec, on.keys)
    target = Target(mutant.name, server.app, tells_wrong_keys=True)
    run = Run(on.spec, on.keys, target, seed, examples, whole=False)
    for phase in PHASES:
        for event in from_schema(schema_for(run, phase)).execute():
            if isinstance(event, events.ScenarioFinished) and event.status in {Status.FAILURE, Status.ERROR}:
                yield f"{phase} of {event.label}: {', '.join(_titles(event))}"
            if isinstance(event, events.NonFatalError):
                yield f"{phase}: {event.info}"


def _titles(event: events.ScenarioFinished) -> list[str]:
    checks = (check for found in event.recorder.checks.values() for check in found)
    return [f"{check.failure_info.failure.title}" for check in checks if check.failure_info]
