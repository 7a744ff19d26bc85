"""Changes to requests, answers and specs that the mutants are made of."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.mutants.rules import json_or_none
from thoughtly_openapi.loader import operations, resolve

Spec = Mapping[str, Any]
AnswerEdit = Callable[[Answer], Answer]
Respond = Callable[[Request, Answer], Answer]


def body_is(text: bytes) -> AnswerEdit:
    """Return an edit that replaces the body as it is."""
    return lambda answer: Answer(answer.status, answer.headers, text)


def json_is(change: Callable[[Any], Any]) -> AnswerEdit:
    """Return an edit of the body as JSON."""
    return lambda answer: Answer(answer.status, answer.headers, json.dumps(change(json_or_none(answer.body))).encode())


def member_is(name: str, value: Any) -> AnswerEdit:
    """Return an edit that gives a member of the body another value."""
    return json_is(lambda body: {**body, name: value})


def without_member(name: str) -> AnswerEdit:
    """Return an edit that takes a member out of the body."""
    return json_is(lambda body: {known: value for known, value in body.items() if known != name})


def status_is(status: int) -> AnswerEdit:
    """Return an edit that replaces the status."""
    return lambda answer: Answer(status, answer.headers, answer.body)


def header_is(name: bytes, *values: bytes) -> AnswerEdit:
    """Return an edit that leaves exactly these values of a header."""
    return lambda answer: answer.with_header(name, *values)


def when(status: int, edit: AnswerEdit) -> AnswerEdit:
    """Return an edit of the answers with one status."""
    return lambda answer: edit(answer) if answer.status == status else answer


def on_success(edit: AnswerEdit) -> Respond:
    """Return what to do around the mock so that its successes are edited."""
    return lambda _request, answer: edit(answer) if answer.is_success else answer


def on_error(edit: AnswerEdit) -> Respond:
    """Return what to do around the mock so that its errors are edited."""
    return lambda _request, answer: edit(answer) if answer.status >= 400 else answer


def on(status: int, edit: AnswerEdit) -> Respond:
    """Return what to do around the mock so that its answers with one status are edited."""
    return lambda _request, answer: when(status, edit)(answer)


def as_json(change: Callable[[Any], Any]) -> Callable[[Request, Any], Request]:
    """Return an edit of a request's body as JSON; a body that is none is left alone."""

    def edit(request: Request, _good: Any) -> Request:
        body = json_or_none(request.body)
        changed = change(body) if isinstance(body, dict) else body
        return request if changed == body and type(changed) is type(body) else request.but(body=dumped(changed))

    return edit


def dumped(value: Any) -> bytes:
    """Return a value as JSON bytes."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def texts_in(value: Any) -> list[str]:
    """Return every text in a JSON value, names included."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts_in(part)]
    return [text for entry in value for text in texts_in(entry)] if isinstance(value, list) else []


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with each text changed that is no name."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: each_text(member, change) for name, member in value.items()}
    return [each_text(entry, change) for entry in value] if isinstance(value, list) else value


def first_texts(body: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the members that are texts: the ids, where there are some."""
    return [name for name, value in body.items() if isinstance(value, str)]


def objects_in(body: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the members that are objects: free-form data, where there is some."""
    return [name for name, value in body.items() if isinstance(value, dict)]


def bodies(change: Callable[[dict[str, Any]], None]) -> Callable[[Spec], Spec]:
    """Return an edit of the schema of every JSON body of a spec, in place of the schema itself."""

    def edit(spec: Spec) -> Spec:
        changed = copy.deepcopy(dict(spec))
        for operation in operations(changed):
            content = resolve(changed, operation.definition.get("requestBody", {})).get("content", {})
            for media in content.values():
                media["schema"] = copy.deepcopy(dict(resolve(changed, media["schema"])))
                change(media["schema"])
        return changed

    return edit


def members(change: Callable[[dict[str, Any]], None]) -> Callable[[Spec], Spec]:
    """Return an edit of each member's schema of every JSON body of a spec, references followed."""

    def edit(spec: Spec) -> Spec:
        changed = copy.deepcopy(dict(spec))

        def all_members(schema: dict[str, Any]) -> None:
            for name, member in schema.get("properties", {}).items():
                schema["properties"][name] = copy.deepcopy(dict(resolve(changed, member)))
                change(schema["properties"][name])

        return bodies(all_members)(changed)

    return edit


def parameters(change: Callable[[dict[str, Any]], None]) -> Callable[[Spec], Spec]:
    """Return an edit of the schema of every parameter of a spec."""

    def edit(spec: Spec) -> Spec:
        changed = copy.deepcopy(dict(spec))
        for operation in operations(changed):
            for parameter in operation.parameters:
                change(parameter["schema"])
        return changed

    return edit


def optional_bodies(spec: Spec) -> Spec:
    """Return the spec with no body required."""
    changed = copy.deepcopy(dict(spec))
    for operation in operations(changed):
        body = resolve(changed, operation.definition.get("requestBody", {}))
        if isinstance(body, dict) and body:
            body["required"] = False
    return changed


def unchecked(spec: Spec) -> Spec:
    """Return the spec with nothing said of parameters and bodies but their names."""
    anything = bodies(lambda schema: schema.clear())
    return parameters(lambda schema: schema.clear())(anything(spec))
