"""The battery: requests made from the spec, each with what it may cost and what its answer must be.

It needs no generator and no luck: the same spec gives the same requests, in the same order.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.access import key_probes
from thoughtly_contract.battery.bodies import body_probes
from thoughtly_contract.battery.examine import Examination, Failure, within
from thoughtly_contract.battery.hostile import hostile_probes
from thoughtly_contract.battery.judge import Judge
from thoughtly_contract.battery.methods import method_probes
from thoughtly_contract.battery.parameters import parameter_probes
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.battery.valid import valid_probes
from thoughtly_contract.keys import Key
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import Operation, operations

__all__ = [
    "Cost",
    "Examination",
    "Expected",
    "Failure",
    "Judge",
    "Probe",
    "all_probes",
    "probes_of",
    "within",
]


def all_probes(
    spec: Mapping[str, Any], keys: tuple[Key, ...], *, tells_wrong_keys: bool, contact: str | None = None
) -> list[Probe]:
    """Return every probe of every operation."""
    return [
        probe
        for operation in operations(spec)
        for probe in probes_of(spec, operation, keys, tells_wrong_keys=tells_wrong_keys, contact=contact)
    ]


def probes_of(
    spec: Mapping[str, Any],
    operation: Operation,
    keys: tuple[Key, ...],
    *,
    tells_wrong_keys: bool,
    contact: str | None = None,
) -> Iterator[Probe]:
    """Yield every probe of one operation.

    Args:
        spec: the compiled spec.
        operation: one of its operations.
        keys: every key of the spec, with the values that the server takes for good.
        tells_wrong_keys: whether the server is bound to refuse other values.
        contact: upon whom valid requests act; None for whomever the spec has as an example.
    """
    sampler = Sampler(spec, operation, keys, Validity(spec, operation), contact)
    yield from key_probes(sampler, tells_wrong_keys=tells_wrong_keys)
    yield from method_probes(sampler)
    yield from hostile_probes(sampler)
    yield from body_probes(sampler)
    yield from parameter_probes(sampler)
    yield from valid_probes(sampler)
