"""Error answers in the shape that the spec gives them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jsonschema_rs import Draft202012Validator

from thoughtly_mock.answers import Answer, DocumentedResponse, json_answer
from thoughtly_mock.problems import Problem
from thoughtly_mock.schemas import Schemas

# What APIs call the sentence that tells what is wrong.
_MESSAGES = ("message", "detail", "description", "reason", "error", "error_message", "error_description")


def generic_refusal(problem: Problem) -> Answer:
    """Return a refusal in GenericResponse shape: problem details as ``error``, and empty ``data``."""
    return json_answer(problem.status, _generic(problem), problem.headers)


class Refusals:
    """Renders the refusals of one operation; where upstream gives an error another shape, in that shape."""

    def __init__(self, documented: Callable[[int], DocumentedResponse | None], schemas: Schemas) -> None:
        """Render refusals.

        Args:
            documented: returns what the spec has for a status.
            schemas: of the spec's responses.
        """
        self._documented, self._schemas = documented, schemas
        self._validators: dict[int, Draft202012Validator] = {}

    def render(self, problem: Problem) -> Answer:
        """Return the answer that tells of ``problem``, with the headers that the spec has for its status."""
        response = None if problem.mocks_own else self._documented(problem.status)
        if response is None:
            return generic_refusal(problem)
        headers = {**response.headers("refusal"), **problem.headers}
        if response.media_type is None:
            # A body that the spec does not have is the mock's invention.
            return generic_refusal(replace(problem, headers=headers))
        told = {"content-type": response.media_type, **headers}
        validator = self._validator(response)
        if validator.is_valid(body := _generic(problem)):
            return json_answer(problem.status, body, told, response.evidence)
        usual = response.usual(f"refusal {response.status}")
        return json_answer(problem.status, _told(problem, usual.body, validator), told, usual.evidence)

    def _validator(self, response: DocumentedResponse) -> Draft202012Validator:
        if response.status not in self._validators:
            self._validators[response.status] = self._schemas.compile(response.media.get("schema", {}))
        return self._validators[response.status]


def _generic(problem: Problem) -> dict[str, Any]:
    return {"error": problem.details(), "data": {}}


def _told(problem: Problem, example: bytes, validator: Draft202012Validator) -> Any:
    """Return an error in another shape with what it can tell of a problem in the members that are named for it."""
    body = json.loads(example)
    if not isinstance(body, dict):
        return body
    details = problem.details()
    told = {**details, **dict.fromkeys(_MESSAGES, details["detail"])}
    for name in body.keys() & told.keys():
        candidate = {**body, name: told[name]}
        if validator.is_valid(candidate):
            body = candidate
    return body
