"""What a request is to its operation: forbidden by the spec, allowed by it, or something that readers disagree on."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key, requirements
from thoughtly_contract.validity import Validity, read_json, read_scalar, sent_texts
from thoughtly_mock.body import parse_json
from thoughtly_mock.problems import Problem
from thoughtly_mock.routes import Routes
from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
ABSENT = object()
"""Stands for the value of a body that there is not, or that is no JSON."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One request as its operation's part of the spec reads it. Its texts quote no value."""

    keys: str | None
    """Which demanded key is missing, empty, or known to be wrong; None for none."""
    parameters: str | None
    """What is wrong with the parameters."""
    media_type: str | None
    """Which content type other than the documented ones the body has."""
    body: str | None
    """What is wrong with the body."""
    value: Any
    """The body as JSON, or :data:`ABSENT`."""
    doubt: str | None
    """Why one server may rightly take it and another rightly refuse it; None for no reason."""

    @property
    def problem(self) -> str | None:
        """The first thing for which the spec forbids it; None where it does not."""
        found = (self.keys, self.parameters, self.media_type, self.body)
        return next((problem for problem in found if problem), None)

    @property
    def is_valid(self) -> bool:
        """Whether every server has to take it."""
        return self.problem is None and self.doubt is None

    @property
    def is_forbidden(self) -> bool:
        """Whether no server may take it."""
        return self.problem is not None and self.doubt is None


class Reader:
    """Reads the requests to one operation."""

    def __init__(self, spec: Spec, operation: Operation, good: Iterable[Key] = ()) -> None:
        """Compile every schema once.

        Args:
            spec: the compiled spec.
            operation: one of its operations.
            good: keys whose right values are known; of others only their presence is looked at.
        """
        schemes = spec.get("components", {}).get("securitySchemes", {})
        self._alternatives = [
            sorted(schemes[name]["name"] for name in names) for names in requirements(spec, operation)
        ]
        self._good = {key.header.lower(): key.value for key in good}
        self._strict = Validity(spec, operation)
        self._loose = Validity(spec, operation, formats=False)
        body = resolve(spec, operation.definition.get("requestBody", {}))
        self._media_types = {_essence(name) for name in body.get("content", {})}
        self._routes = Routes({**spec, "paths": {operation.path: {operation.method: operation.definition}}})
        self._method = operation.method

    def read(self, request: Request) -> Reading:
        """Return what a request to the operation is."""
        keys, unsure_keys = self._keys(request)
        parameters, unsure_parameters = self._parameters(request)
        media_type, unsure_type = self._media_type(request)
        body, value, unsure_body = self._body(request)
        doubts = (unsure_keys, unsure_parameters, unsure_type, unsure_body)
        return Reading(keys, parameters, media_type, body, value, next(filter(None, doubts), None))

    def _keys(self, request: Request) -> tuple[str | None, str | None]:
        wrong = [[problem for name in names if (problem := self._key(request, name))] for names in self._alternatives]
        if wrong and all(wrong):
            return min(wrong, key=len)[0], None
        named = {name for names in self._alternatives for name in names}
        twice = (name for name in sorted(named) if len(request.all(name.lower().encode())) > 1)
        return None, next((f"the header {name} is there twice" for name in twice), None)

    def _key(self, request: Request, name: str) -> str | None:
        values = [value.decode("latin-1").strip() for value in request.all(name.lower().encode())]
        if not any(values):
            return f"the header {name} is {'empty' if values else 'missing'}"
        good = self._good.get(name.lower())
        return None if good is None or good in values else f"the header {name} is not accepted"

    def _parameters(self, request: Request) -> tuple[str | None, str | None]:
        try:
            query = request.query.decode("ascii")
            parse_qs(query, errors="strict")
            path = self._routes.match(self._method, request.path.decode("latin-1")).path_parameters
            headers = {name.decode("latin-1"): value.decode("latin-1").strip() for name, value in request.headers}
            strict, loose = (
                validity.parameter_problem(lambda parameter: sent_texts(parameter, path, query, headers), read_scalar)
                for validity in (self._strict, self._loose)
            )
        except (ValueError, Problem):
            return None, "its address cannot be read"
        return loose, f"{strict} in its format" if strict and not loose else None

    def _media_type(self, request: Request) -> tuple[str | None, str | None]:
        if not request.body or not self._strict.takes_body:
            return None, None
        if request.all(b"content-encoding"):
            return None, "its body is encoded"
        essence, *parameters = (
            part.strip().lower() for part in b",".join(request.all(b"content-type")).decode("latin-1").split(";")
        )
        if essence in self._media_types:
            return None, "its content type has parameters" if set(parameters) - {"charset=utf-8"} else None
        if "json" in essence or not _MEDIA_TYPE.fullmatch(essence):
            return None, "its content type is nearly a documented one, or none at all"
        return f"the content type {essence} is not documented", None

    def _body(self, request: Request) -> tuple[str | None, Any, str | None]:
        if not self._strict.takes_body:
            return None, ABSENT, None
        if not request.body:
            return ("the body is missing" if self._strict.needs_body else None), ABSENT, None
        try:
            value = read_json(request.body)
        except ValueError:
            return _unreadable(request.body)
        if difficulty := _difficulty(request.body):
            return None, value, difficulty
        if strict := self._strict.body_problem(value):
            loose = self._loose.body_problem(_with_whole_numbers(value))
            return loose, value, None if loose else f"its body is not strictly what is asked for: {strict}"
        return None, value, None


def _unreadable(body: bytes) -> tuple[str | None, Any, str | None]:
    try:
        json.loads(body, parse_constant=_refused)  # takes UTF-16, and a byte order mark
    except (json.JSONDecodeError, UnicodeDecodeError):
        return "the body is not JSON", ABSENT, None
    except (ValueError, RecursionError):
        return None, ABSENT, "its body has a huge number, or is nested deep"
    return None, ABSENT, "its body is JSON in another encoding than UTF-8"


def _refused(name: str) -> Any:
    raise json.JSONDecodeError("no JSON", name, 0)


def _difficulty(body: bytes) -> str | None:
    try:
        parse_json(body)
    except Problem:
        return "readers of JSON disagree on its body"
    return None


def _with_whole_numbers(value: Any) -> Any:
    """Return a value in which 1.0 is 1: to some readers there is no difference."""
    if isinstance(value, dict):
        return {name: _with_whole_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
