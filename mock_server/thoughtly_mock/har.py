"""The journal as an HTTP Archive 1.2, which browsers and most HTTP tools read."""

import base64
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

from thoughtly_mock.entry import Entry

ORIGIN = "http://mock.invalid"
"""What stands before a target: the journal keeps where a request was sent only in its ``host`` header."""


def archive(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return requests as an HTTP Archive; a request without an answer has the status 0."""
    creator = {"name": "thoughtly-kit", "version": version("thoughtly-kit")}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(entry) for entry in entries]}}


def _entry(entry: Entry) -> dict[str, Any]:
    milliseconds = entry.delay * 1000
    return {
        "startedDateTime": entry.received.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(entry),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_number": entry.number,
        "_operation": entry.operation_id,
        "_verdict": entry.verdict.value,
        "_played": entry.played,
        "comment": entry.detail or "",
    }


def _request(entry: Entry) -> dict[str, Any]:
    headers = dict(entry.headers)
    host = headers.get("host")
    request = {
        "method": entry.method,
        "url": (f"http://{host}" if host else ORIGIN) + entry.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in entry.headers],
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(entry.target.partition("?")[2], keep_blank_values=True)
        ],
        "headersSize": len(entry.head),
        "bodySize": len(entry.body),
    }
    if entry.body:
        request["postData"] = {"mimeType": headers.get("content-type", ""), "params": [], **_content(entry.body)}
    return request


def _response(entry: Entry) -> dict[str, Any]:
    headers: Mapping[str, str] = entry.response_headers or {}
    kind = headers.get("content-type", "")
    return {
        "status": entry.status or 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "content": {"size": len(entry.response_body), "mimeType": kind, **_content(entry.response_body)},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(entry.response_body),
    }


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
