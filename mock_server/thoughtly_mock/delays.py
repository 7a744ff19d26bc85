"""How long an answer takes: fixed, uniform or lognormal, in seconds."""

import random
from collections.abc import Mapping
from typing import Any

LONGEST_SECONDS = 300.0


def delay_seconds(definition: float | Mapping[str, Any] | None, chance: random.Random) -> float:
    """Return one delay in seconds, at most 300.

    Args:
        definition: a number of seconds, ``{"fixed": s}``, ``{"uniform": [low, high]}``, or
            ``{"lognormal": {"median": s, "sigma": x}}``; None for no delay.
        chance: decides where in its distribution the delay lies.
    """
    if definition is None:
        return 0.0
    if not isinstance(definition, Mapping):
        return min(float(definition), LONGEST_SECONDS)
    if "uniform" in definition:
        return min(chance.uniform(*definition["uniform"]), LONGEST_SECONDS)
    if "lognormal" in definition:
        shape = definition["lognormal"]
        return min(float(shape["median"]) * chance.lognormvariate(0, shape["sigma"]), LONGEST_SECONDS)
    return min(float(definition["fixed"]), LONGEST_SECONDS)
