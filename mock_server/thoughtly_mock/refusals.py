"""Error answers in the shape that the spec gives them."""

from collections.abc import Mapping
from typing import Any

from thoughtly_mock.answers import Answer, json_answer
from thoughtly_mock.body import is_json
from thoughtly_mock.generate import Generator
from thoughtly_mock.problems import Problem
from thoughtly_mock.schemas import Schemas
from thoughtly_openapi.loader import Operation, resolve


def generic_refusal(problem: Problem) -> Answer:
    """Return a refusal in GenericResponse shape: problem details as ``error``, and empty ``data``."""
    return json_answer(problem.status, {"error": problem.details(), "data": {}}, problem.headers)


class Refusals:
    """Renders the refusals of one operation; where upstream gives an error another shape, in that shape."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, schemas: Schemas, seed: int) -> None:
        self.bodies = {}
        for status, reference in operation.definition["responses"].items():
            schema = _error_schema(resolve(spec, reference))
            if status.isdigit() and schema is not None and not schemas.compile(schema).is_valid(SAMPLE):
                self.bodies[int(status)] = Generator(spec, f"{seed} {operation.operation_id} {status}").value(schema)

    def render(self, problem: Problem) -> Answer:
        """Return the answer that tells of ``problem``."""
        if problem.status in self.bodies:
            return json_answer(problem.status, self.bodies[problem.status], problem.headers)
        return generic_refusal(problem)


SAMPLE = {"error": Problem(400, "sample").details(), "data": {}}


def _error_schema(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for name, media in response.get("content", {}).items():
        if is_json(name.split(";")[0]):
            schema: Mapping[str, Any] | None = media.get("schema")
            return schema
    return None
