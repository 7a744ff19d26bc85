"""All documented responses of one operation, and which of them answers a request."""

from collections.abc import Callable, Mapping
from typing import Any

from thoughtly_mock.answers import Answer, DocumentedResponse
from thoughtly_mock.credentials import challenge
from thoughtly_mock.evidence import nearest
from thoughtly_mock.prefer import NONE, Preference
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import Refusals
from thoughtly_mock.schemas import Schemas
from thoughtly_openapi.loader import Operation, resolve


class Responses:
    """Makes the answers of one operation."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, seed: int) -> None:
        self._spec, self._seed = spec, seed
        self._definitions: Mapping[str, Any] = operation.definition["responses"]
        self._above = nearest(self._definitions, operation.definition, spec["paths"][operation.path])
        self._always = {401: {"www-authenticate": challenge(spec, operation)}}
        self._made: dict[int, DocumentedResponse | None] = {}
        status = _success_status(self._definitions)
        self.success = self.of(status) or self._make(status, {})
        self.refusals = Refusals(self.of, Schemas(spec, "response"))

    def of(self, status: int) -> DocumentedResponse | None:
        """Return what the spec has for a status: its own response, its range's, else the default one."""
        if status not in self._made:
            names = (str(status), f"{status // 100}XX", "default")
            found = next((self._definitions[name] for name in names if name in self._definitions), None)
            self._made[status] = None if found is None else self._make(status, resolve(self._spec, found))
        return self._made[status]

    def _make(self, status: int, definition: Mapping[str, Any]) -> DocumentedResponse:
        always = self._always.get(status, {})
        return DocumentedResponse(self._spec, status, definition, self._seed, above=self._above, always=always)

    def make(self, key: Callable[[], str], preference: Preference = NONE) -> Answer:
        """Return the answer to a request that the spec allows.

        Args:
            key: returns a text that equal requests have, and no others: bodies made from schemas depend on it.
            preference: which answer the client prefers.

        Raises:
            Problem: 404, for a preference of something that is not documented.
        """
        if preference is NONE:
            return self.success.fixed or self.success.usual(key())
        response = self._preferred(preference)
        if preference.example is not None:
            return response.example(preference.example, key())
        if preference.dynamic or (preference.dynamic is None and not response.examples and response.status < 400):
            return response.generated(key())
        if response.status >= 400 and not response.examples:
            return self.refusals.render(Problem(response.status, f"you prefer code={response.status}"))
        return response.usual(key())

    def _preferred(self, preference: Preference) -> DocumentedResponse:
        if preference.code is None:
            return self.success
        if (response := self.of(preference.code)) is not None:
            return response
        known = ", ".join(name for name in sorted(self._definitions) if not name.startswith("x-"))
        detail = f"header prefer: code={preference.code}: the spec documents only {known}"
        raise Problem(404, detail, mocks_own=True)


def _success_status(definitions: Mapping[str, Any]) -> int:
    documented = sorted(status for status in definitions if status.startswith("2"))
    return int(documented[0].replace("XX", "00")) if documented else 200
