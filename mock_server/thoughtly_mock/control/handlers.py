"""What the operations of the control plane do."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from thoughtly_mock.answers import Answer, json_answer
from thoughtly_mock.console import Console
from thoughtly_mock.control.events import EventStream
from thoughtly_mock.control.operation import Handler
from thoughtly_mock.duplicates import EXPLANATIONS, WINDOW_SECONDS, Duplicate
from thoughtly_mock.entry import Entry
from thoughtly_mock.har import archive
from thoughtly_mock.scenarios import Valid
from thoughtly_mock.settings import Settings
from thoughtly_mock.state import RELOAD_ERROR
from thoughtly_openapi.loader import operations

LIMIT = 1000
_CRITERIA = ("operation", "contact", "status", "verdict", "since", "until")
_NOTHING = Answer(204, b"", {})


class Handlers:
    """The operations of the control plane of one mock, by operation id."""

    def __init__(self, console: Console, spec: Mapping[str, Any], settings: Settings) -> None:
        self._console, self._settings = console, settings
        self._health = {
            "status": "ok",
            "mock": spec["info"]["title"],
            "version": version("thoughtly-kit"),
            "operations": [operation.operation_id for operation in operations(spec)],
        }

    def of(self, operation_id: str) -> Handler:
        """Return what an operation does."""
        handler: Handler = getattr(self, operation_id)
        return handler

    async def mock_health(self, _request: Valid) -> Answer:
        """Say that the mock lives."""
        return _ok(self._health)

    async def mock_ready(self, _request: Valid) -> Answer:
        """Say which version of its files the mock serves."""
        return _ok({"ready": True, "error": self._console.store.read(RELOAD_ERROR)})

    async def mock_headers(self, request: Valid) -> Answer:
        """Name the headers that arrived."""
        return _ok({"headers": sorted(request.parameters.header)})

    async def mock_metrics(self, _request: Valid) -> Answer:
        """Return counts."""
        # Importing it takes longer than everything else here, and few ask for it.
        from thoughtly_mock.control.metrics import metrics

        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Answer(200, metrics(self._console.store), {"content-type": kind})

    async def mock_requests(self, request: Valid) -> Answer:
        """Return the journal."""
        entries = self._entries(request)
        form = _one(request, "format")
        if form == "har":
            return _ok(archive(entries))
        values = [entry.as_json() for entry in entries]
        if form != "ndjson":
            return _ok({"requests": values})
        lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
        return Answer(200, lines.encode(), {"content-type": "application/x-ndjson"})

    async def mock_calls(self, request: Valid) -> Answer:
        """Return every time a phone would have rung."""
        return _ok({"calls": [_call(entry) for entry in _newest(request, self._console.calls(**_criteria(request)))]})

    async def mock_duplicates(self, request: Valid) -> Answer:
        """Return contacts that were dialled twice."""
        window = float(_one(request, "window") or WINDOW_SECONDS)
        found = self._console.duplicates(window, _one(request, "contact"))
        return _ok({"duplicates": [_duplicate(duplicate) for duplicate in found]})

    async def mock_events(self, request: Valid) -> EventStream:
        """Follow the journal."""
        known = request.parameters.header.get("last-event-id") or _one(request, "after")
        return EventStream(self._console.store, int(known or 0), self._settings.events_seconds)

    async def mock_verify(self, request: Valid) -> Answer:
        """Compare what was asked for with an expectation."""
        result = self._console.verify(request.body["match"], request.body["count"])
        misses = [{"request": miss.entry.as_json(), "differs": list(miss.differs)} for miss in result.near_misses]
        body = {"verified": result.verified, "count": result.count, "expected": request.body["count"]}
        return json_answer(200 if result.verified else 409, {**body, "near_misses": misses}, {})

    async def mock_scenarios(self, _request: Valid) -> Answer:
        """Return the scenarios."""
        return _ok({"scenarios": self._console.scenarios})

    async def mock_set_scenarios(self, request: Valid) -> Answer:
        """Replace the scenarios."""
        self._console.set_scenarios(request.body["scenarios"])
        return await self.mock_scenarios(request)

    async def mock_clear_scenarios(self, _request: Valid) -> Answer:
        """Play no scenario."""
        self._console.set_scenarios({})
        return _NOTHING

    async def mock_faults(self, _request: Valid) -> Answer:
        """Return the faults."""
        return _ok(self._console.faults)

    async def mock_set_faults(self, request: Valid) -> Answer:
        """Replace the faults."""
        self._console.set_faults(request.body)
        return await self.mock_faults(request)

    async def mock_clear_faults(self, _request: Valid) -> Answer:
        """Switch all faults off."""
        self._console.set_faults({})
        return _NOTHING

    async def mock_reset(self, _request: Valid) -> Answer:
        """Forget everything."""
        self._console.reset()
        return _NOTHING

    def _entries(self, request: Valid) -> Sequence[Entry]:
        return _newest(request, self._console.requests(**_criteria(request)))


def _ok(body: Any) -> Answer:
    return json_answer(200, body, {})


def _one(request: Valid, name: str) -> str | None:
    values = request.parameters.query.get(name)
    return values[0] if values else None


def _criteria(request: Valid) -> dict[str, Any]:
    given = request.parameters.query
    criteria: dict[str, Any] = {name: given[name][0] for name in _CRITERIA if name in given}
    if "status" in criteria:
        criteria["status"] = int(criteria["status"])
    return criteria


def _newest(request: Valid, entries: Sequence[Entry]) -> Sequence[Entry]:
    after = int(_one(request, "after") or 0)
    return [entry for entry in entries if entry.number > after][-int(_one(request, "limit") or LIMIT) :]


def _call(entry: Entry) -> dict[str, Any]:
    value = entry.as_json()
    shown = {name: value[name] for name in ("number", "time", "operation", "contact", "status", "played")}
    return {**shown, "body": value["json"]}


def _duplicate(duplicate: Duplicate) -> dict[str, Any]:
    return {
        "contact": duplicate.first.contact,
        "seconds": duplicate.seconds,
        "certain": duplicate.certain,
        "cause": duplicate.cause.value,
        "explanation": EXPLANATIONS[duplicate.cause],
        "first": duplicate.first.as_json(),
        "second": duplicate.second.as_json(),
    }
