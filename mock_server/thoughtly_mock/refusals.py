"""Error answers in the shape that the spec gives them."""

from collections.abc import Callable
from dataclasses import replace

from thoughtly_mock.answers import Answer, DocumentedResponse, json_answer
from thoughtly_mock.evidence import ASSUMED
from thoughtly_mock.problems import Problem
from thoughtly_mock.schemas import Schemas

SAMPLE = {"error": Problem(400, "sample").details(), "data": {}}


def generic_refusal(problem: Problem, evidence: str = ASSUMED) -> Answer:
    """Return a refusal in GenericResponse shape: problem details as ``error``, and empty ``data``."""
    return json_answer(problem.status, {"error": problem.details(), "data": {}}, problem.headers, evidence)


class Refusals:
    """Renders the refusals of one operation; where upstream gives an error another shape, in that shape."""

    def __init__(self, documented: Callable[[int], DocumentedResponse | None], schemas: Schemas) -> None:
        """Render refusals.

        Args:
            documented: returns what the spec has for a status.
            schemas: of the spec's responses.
        """
        self._documented, self._schemas = documented, schemas
        self._in_own_shape: dict[int, Answer | None] = {}

    def render(self, problem: Problem) -> Answer:
        """Return the answer that tells of ``problem``, with the headers that the spec has for its status."""
        response = None if problem.mocks_own else self._documented(problem.status)
        if response is None:
            return generic_refusal(problem)
        headers = {**response.headers("refusal"), **problem.headers}
        if (answer := self._shaped(response)) is not None:
            return replace(answer, headers={**answer.headers, **headers})
        # A body that the spec does not have is the mock's invention.
        evidence = response.evidence if response.media_type else ASSUMED
        told = {"content-type": response.media_type or "application/json", **headers}
        return generic_refusal(replace(problem, headers=told), evidence)

    def _shaped(self, response: DocumentedResponse) -> Answer | None:
        """Return the answer of a status whose body cannot tell of problems; None where it can."""
        if response.status not in self._in_own_shape:
            tells = response.media_type is None or _takes_problems(response, self._schemas)
            self._in_own_shape[response.status] = None if tells else response.usual(f"refusal {response.status}")
        return self._in_own_shape[response.status]


def _takes_problems(response: DocumentedResponse, schemas: Schemas) -> bool:
    return schemas.compile(response.media.get("schema", {})).is_valid(SAMPLE)
