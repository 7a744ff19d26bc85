"""Error answers in the shape that the spec gives them."""

from collections.abc import Mapping
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

    def __init__(self, documented: Mapping[int, DocumentedResponse], schemas: Schemas) -> None:
        self._documented = documented
        self._bodies = {
            status: response.usual(f"refusal {status}")
            for status, response in documented.items()
            if response.media_type is not None and not _takes_problems(response, schemas)
        }

    def render(self, problem: Problem) -> Answer:
        """Return the answer that tells of ``problem``, with the headers that the spec has for its status."""
        response = self._documented.get(problem.status)
        if response is None:
            return generic_refusal(problem)
        headers = {**response.headers("refusal"), **problem.headers}
        if problem.status in self._bodies:
            body = self._bodies[problem.status]
            return replace(body, headers={**body.headers, **headers})
        told = Problem(problem.status, problem.detail, problem.faults, headers)
        return generic_refusal(told, response.evidence)


def _takes_problems(response: DocumentedResponse, schemas: Schemas) -> bool:
    return schemas.compile(response.media.get("schema", {})).is_valid(SAMPLE)
