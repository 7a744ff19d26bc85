"""All documented responses of one operation, and which of them answers a request."""

from collections.abc import Callable, Mapping
from typing import Any

from thoughtly_mock.answers import Answer, DocumentedResponse
from thoughtly_mock.prefer import NONE, Preference
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import Refusals
from thoughtly_mock.schemas import Schemas
from thoughtly_openapi.loader import Operation, resolve


class Responses:
    """Makes the answers of one operation."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, seed: int) -> None:
        self.documented = {
            int(status): DocumentedResponse(spec, int(status), resolve(spec, reference), seed)
            for status, reference in operation.definition["responses"].items()
            if status.isdigit()
        }
        self.success = _success(spec, operation, seed)
        self.documented.setdefault(self.success.status, self.success)
        self.refusals = Refusals(self.documented, Schemas(spec, "response"))

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
        if preference.code not in self.documented:
            known = ", ".join(map(str, sorted(self.documented)))
            raise Problem(404, f"header prefer: code={preference.code}: the spec documents only {known}")
        return self.documented[preference.code]


def _success(spec: Mapping[str, Any], operation: Operation, seed: int) -> DocumentedResponse:
    responses = operation.definition["responses"]
    documented = sorted(status for status in responses if status.startswith("2"))
    if not documented:
        return DocumentedResponse(spec, 200, resolve(spec, responses.get("default", {})), seed)
    status = documented[0]
    return DocumentedResponse(spec, int(status.replace("XX", "00")), resolve(spec, responses[status]), seed)
