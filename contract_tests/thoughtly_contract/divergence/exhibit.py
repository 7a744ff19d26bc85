"""The spec whose answers the page tells: the operation that matters most, and two that have what it has not."""

from collections.abc import Mapping
from typing import Any

from thoughtly_contract.mutants.operations import widened
from thoughtly_mock import behaviours
from thoughtly_openapi.loader import operations


def exhibit(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a spec with one operation of a spec and two that are made up, with parameters of every type.

    The one is the operation that places calls, or the first where none does. So the page is about the three servers,
    and does not change with every operation that upstream adds.
    """
    every = list(operations(spec))
    chosen = next((each for each in every if behaviours.of(each.operation_id).contact), every[0])
    return widened({**spec, "paths": {chosen.path: {chosen.method: chosen.definition}}})
