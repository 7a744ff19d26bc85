"""Whether a request carries the keys that its operation demands."""

from collections.abc import Mapping, Sequence
from typing import Any

from thoughtly_mock.problems import Problem
from thoughtly_openapi.loader import Operation

# What integrations send by mistake, and what they meant.
NEAR_MISSES = ("authorization", "x-team-id", "team-id", "x-api-key", "api-token", "x_api_token")


class Credentials:
    """The keys that one operation demands, all of them at once."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, accepted: Mapping[str, str]) -> None:
        schemes = spec.get("components", {}).get("securitySchemes", {})
        alternatives: Sequence[Mapping[str, Any]] = operation.definition.get("security", spec.get("security", []))
        self.alternatives = [[schemes[name]["name"] for name in alternative] for alternative in alternatives]
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
        if sent := [name for name in NEAR_MISSES if name in headers]:
            detail += f" (you sent {', '.join(sent)}, which the API does not read)"
        challenge = f'ApiKey realm="Thoughtly", headers="{" ".join(self.alternatives[0])}"'
        return Problem(401, detail, headers={"www-authenticate": challenge})
