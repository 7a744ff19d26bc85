"""Every request that the servers are sent."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.divergence.body_cases import body_cases
from thoughtly_contract.divergence.case import Case, Maker
from thoughtly_contract.divergence.content_type_cases import content_type_cases
from thoughtly_contract.divergence.encoding_cases import encoding_cases
from thoughtly_contract.divergence.header_cases import header_cases
from thoughtly_contract.divergence.key_cases import key_cases
from thoughtly_contract.divergence.parameter_cases import parameter_cases
from thoughtly_contract.divergence.preference_cases import preference_cases
from thoughtly_contract.divergence.protocol_cases import protocol_cases
from thoughtly_contract.divergence.route_cases import route_cases
from thoughtly_contract.divergence.size_cases import size_cases
from thoughtly_contract.keys import Key
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import operations

GROUPS: Mapping[str, Callable[[Maker], Iterator[Case]]] = {
    "keys": key_cases,
    "bodies": body_cases,
    "encodings": encoding_cases,
    "content types": content_type_cases,
    "parameters": parameter_cases,
    "methods and paths": route_cases,
    "headers": header_cases,
    "preferences": preference_cases,
    "sizes": size_cases,
    "protocol": protocol_cases,
}


def corpus(spec: Mapping[str, Any], keys: tuple[Key, ...]) -> list[Case]:
    """Return every case of every operation, group by group.

    Args:
        spec: the compiled spec.
        keys: every key of the spec, with the values that the servers take for good.
    """
    samplers = [Sampler(spec, operation, keys, Validity(spec, operation)) for operation in operations(spec)]
    return [case for group, cases in GROUPS.items() for sampler in samplers for case in cases(Maker(group, sampler))]
