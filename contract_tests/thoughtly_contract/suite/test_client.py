"""What the generated client sends and gets is what anyone sends and gets."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from thoughtly_client import Thoughtly
from thoughtly_client._generated.tables import KEYS, OPERATIONS
from thoughtly_contract.battery.samples import SAFE_METHODS, Sampler
from thoughtly_contract.exchange import Answer, Caller, Request
from thoughtly_contract.session import current
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import Operation, load_spec, operations

RUN = current()
# The client knows the installed spec; of another one it can only be asked what is the same there.
INSTALLED = {operation.operation_id: operation for operation in operations(load_spec())}
KNOWN = [operation for operation in operations(RUN.spec) if operation == INSTALLED.get(operation.operation_id)]
ALLOWED = [operation for operation in KNOWN if RUN.calls_allowed is None or operation.method in SAFE_METHODS]
IDS = [f"{operation.method.upper()} {operation.path}" for operation in ALLOWED]


class Recorder(httpx.BaseTransport):
    """An httpx transport to the target that keeps what it carried."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self.exchanges: list[tuple[Request, Answer]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        path, _, query = request.url.raw_path.partition(b"?")
        headers = tuple((name.lower(), value) for name, value in request.headers.raw)
        sent = Request(request.method, path, query, headers, request.read())
        answer = self._call(sent)
        self.exchanges.append((sent, answer))
        return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)


if ALLOWED:

    @pytest.mark.parametrize("operation", ALLOWED, ids=IDS)
    def test_client(operation: Operation) -> None:
        """One request of the client is one valid request, and its typed answer is the answer."""
        sampler = Sampler(RUN.spec, operation, RUN.keys, Validity(RUN.spec, operation))
        with Caller(RUN.target.app) as call:
            recorder = Recorder(call)
            raw = by_client(recorder, sampler)
        assert len(recorder.exchanges) == 1, "the client sent several requests"
        sent, answer = recorder.exchanges[0]
        expected = sampler.plain()
        assert (sent.method, sent.target) == (expected.method, expected.target)
        assert json_of(sent.body) == json_of(expected.body)
        assert all(sent.all(name) == [value] for name, value in expected.headers if name != b"content-type")
        assert (raw.status_code, raw.content) == (answer.status, answer.body)
        assert not hasattr(raw.parsed, "to_dict") or raw.parsed.to_dict() == answer.json


def by_client(recorder: Recorder, sampler: Sampler) -> Any:
    """Send a plain valid request with the client; return its raw response."""
    values = {key.header: key.value for key in RUN.keys}
    credentials: dict[str, Any] = {key.credential: values[key.header] for key in KEYS.values()}
    with Thoughtly(base_url="http://127.0.0.1", transport=recorder, max_retries=0, **credentials) as client:
        method = getattr(client.with_raw_response, sampler.operation.operation_id)
        return method(**arguments(sampler))


def arguments(sampler: Sampler) -> Mapping[str, Any]:
    """Return the client's arguments for the plain valid request."""
    body, values = sampler.body(), sampler.required_values()
    found = {}
    for argument in OPERATIONS[sampler.operation.operation_id].arguments:
        if argument.place == "body":
            found[argument.python_name] = body
        elif argument.place == "property" and argument.name in body:
            found[argument.python_name] = body[argument.name]
        elif argument.name in values and argument.place != "property":
            found[argument.python_name] = values[argument.name]
    return found


def json_of(body: bytes) -> Any:
    """Return a body as JSON, None where there is none."""
    return Answer(200, (), body).json if body else None
