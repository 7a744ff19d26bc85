"""Whether a request carries the keys that its operation demands."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from thoughtly_mock.near_misses import meant, question
from thoughtly_mock.problems import Problem
from thoughtly_openapi.loader import Operation

# Other APIs read their keys from these.
_OTHERS_KEYS = (
    *("authorization", "x-auth-token", "x-access-token"),
    *("x-api-key", "x_api_key", "api-key", "api_key", "apikey"),
)
_KEY = re.compile("token|key|secret", re.IGNORECASE)
NEAR_MISSES = (
    *_OTHERS_KEYS,
    *("x-team-id", "x_team_id", "team-id", "teamid"),
    *("api-token", "api_token", "x_api_token"),
)
"""Names that integrations send keys under by mistake, in lower case."""
_FORWARDED = ("via", "forwarded", "x-forwarded-for")


class Credentials:
    """The keys that one operation demands, all of them at once."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, accepted: Mapping[str, str]) -> None:
        self.alternatives = _alternatives(spec, operation)
        self.accepted = {name.lower(): value for name, value in accepted.items()}

    def check(self, headers: Mapping[str, str]) -> None:
        """Refuse a request whose keys are missing, empty or not accepted.

        Raises:
            Problem: 401, naming each such key and any header that looks like a misspelt one.
        """
        bad = [self._bad(names, headers) for names in self.alternatives]
        if bad and all(bad):
            raise self._refusal(min(bad, key=len), headers)

    def _bad(self, names: Sequence[str], headers: Mapping[str, str]) -> dict[str, str]:
        states = {name: self._state(name.lower(), headers) for name in names}
        return {name: state for name, state in states.items() if state}

    def _state(self, name: str, headers: Mapping[str, str]) -> str | None:
        if name not in headers:
            return "missing"
        if not headers[name].strip():
            return "empty"
        return None if headers[name] == self.accepted.get(name, headers[name]) else "not accepted"

    def _refusal(self, bad: Mapping[str, str], headers: Mapping[str, str]) -> Problem:
        detail = "; ".join(f"header {name} is {state}" for name, state in bad.items())
        told = [question(sent, name) for name, sent in self._near_misses(bad, headers).items()]
        if not told and _may_be_dropped(bad, headers):
            told = ["it came through a proxy, which may drop names with an underscore: see thoughtly-mock doctor"]
        detail += f" ({' '.join(told)})" if told else ""
        return Problem(401, detail, headers={"www-authenticate": _challenge(self.alternatives)})

    def _near_misses(self, bad: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return the keys that were probably meant by headers that the operation does not read."""
        read = {name.lower() for names in self.alternatives for name in names}
        absent = [name for name, state in bad.items() if state in {"missing", "empty"}]
        secret = next((name for name in absent if _KEY.search(name)), None)
        aliases = dict.fromkeys(_OTHERS_KEYS, secret) if secret else {}
        return meant((name for name in headers if name not in read), absent, aliases)


def _may_be_dropped(bad: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    missing = any(state == "missing" and "_" in name for name, state in bad.items())
    return missing and any(name in headers for name in _FORWARDED)


def challenge(spec: Mapping[str, Any], operation: Operation) -> str:
    """Return what ``WWW-Authenticate`` says of an operation."""
    return _challenge(_alternatives(spec, operation))


def _challenge(alternatives: Sequence[Sequence[str]]) -> str:
    names = " ".join(alternatives[0]) if alternatives else ""
    return f'ApiKey realm="Thoughtly", headers="{names}"'


def _alternatives(spec: Mapping[str, Any], operation: Operation) -> Sequence[Sequence[str]]:
    """Return the names of the headers that an operation demands: any of the outer, all of the inner."""
    schemes = spec.get("components", {}).get("securitySchemes", {})
    alternatives: Sequence[Mapping[str, Any]] = operation.definition.get("security", spec.get("security", []))
    return [[schemes[name]["name"] for name in alternative] for alternative in alternatives]
