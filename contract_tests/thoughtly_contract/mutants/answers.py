"""Faults in what a server answers: bodies, statuses, headers."""

import json
from collections.abc import Callable

from thoughtly_contract.exchange import Answer, Request, json_answer
from thoughtly_contract.mutants.edits import (
    AnswerEdit,
    body_is,
    header_is,
    json_is,
    member_is,
    on,
    on_error,
    on_success,
    status_is,
    when,
    without_member,
)
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Rules, json_or_none
from thoughtly_contract.mutants.wrapped import Wrap

_FAILED = {"message": "it failed"}
_TYPE = b"content-type"


def _success(name: str, wrong: str, edit: AnswerEdit, kind: Kind = Kind.RESPONSE) -> Mutant:
    return by_rules(name, kind, wrong, lambda: Rules(success=edit))


def _refusal(name: str, wrong: str, edit: AnswerEdit, kind: Kind = Kind.RESPONSE) -> Mutant:
    return by_rules(name, kind, wrong, lambda: Rules(refusal=edit))


def _mock_success(name: str, wrong: str, edit: AnswerEdit, kind: Kind = Kind.RESPONSE) -> Mutant:
    return by_wrap(name, kind, wrong, lambda: Wrap(answer=on_success(edit)))


def _mock_error(name: str, wrong: str, edit: AnswerEdit, kind: Kind = Kind.RESPONSE) -> Mutant:
    return by_wrap(name, kind, wrong, lambda: Wrap(answer=on_error(edit)))


def _mock_on(status: int, name: str, wrong: str, edit: AnswerEdit, kind: Kind = Kind.STATUS) -> Mutant:
    return by_wrap(name, kind, wrong, lambda: Wrap(answer=on(status, edit)))


RESPONSE = (
    _success("success-without-data", "a success has no `data`", without_member("data")),
    _mock_success("success-with-null-data", "`data` is null in a success", member_is("data", None)),
    _success("success-with-array-data", "`data` is an array in a success", member_is("data", [{}])),
    _mock_success("success-with-text-data", "`data` is a text in a success", member_is("data", "{}")),
    _success("success-with-error", "a success says that it failed", member_is("error", _FAILED)),
    _mock_success("success-with-empty-error", "`error` is an empty text in a success", member_is("error", "")),
    _success("success-as-list", "a success is wrapped in an array", json_is(lambda body: [body])),
    _mock_success("success-truncated", "a success ends in the middle of its JSON", lambda a: body_is(a.body[:-2])(a)),
    _success("success-twice", "two JSON documents follow each other", lambda a: body_is(a.body + a.body)(a)),
    _mock_success("success-empty", "a success has an empty body", body_is(b"")),
    _success(
        "success-with-bom", "a success begins with a byte order mark", lambda a: body_is(b"\xef\xbb\xbf" + a.body)(a)
    ),
    _mock_success(
        "success-in-latin-1",
        "a success is not in UTF-8",
        body_is('{"error": null, "data": {"a": "é"}}'.encode("latin-1")),
    ),
    _refusal("error-null", "`error` is null in an error", member_is("error", None)),
    _mock_error("error-text", "`error` is a text in an error", member_is("error", "it failed")),
    _refusal("error-without-data", "an error has no `data`", without_member("data")),
    _mock_error("error-with-null-data", "`data` is null in an error", member_is("data", None)),
    _refusal("error-with-nan", "an error holds NaN", member_is("error", {"code": float("nan")})),
    _mock_error("error-is-html", "an error is HTML that says it is JSON", body_is(b"<html>Bad Request</html>")),
    _refusal("error-empty", "an error has an empty body", body_is(b"")),
    _mock_error("error-bare", "an error lacks the envelope", json_is(lambda body: body["error"])),
)


def _nothing_found(_request: Request, answer: Answer) -> Answer:
    return json_answer(200, {"error": None, "data": {}}) if answer.status == 404 else answer


def _cold_start() -> Rules:
    seen: list[Request] = []

    def first(request: Request) -> Answer | None:
        seen.append(request)
        return json_answer(503, {"error": _FAILED, "data": {}}) if len(seen) == 1 else None

    return Rules(first=first)


STATUS = (
    _success("created", "a success is an undocumented 201", status_is(201), Kind.STATUS),
    _mock_success("accepted", "a success is an undocumented 202", status_is(202), Kind.STATUS),
    _success("no-content", "a success is an undocumented 204", status_is(204), Kind.STATUS),
    _mock_success("odd-success", "a success is an undocumented 299", status_is(299), Kind.STATUS),
    _refusal("errors-as-200", "every error is a 200 with `error` in it", status_is(200), Kind.STATUS),
    _mock_on(400, "unprocessable", "a request that is not valid gets an undocumented 422", status_is(422)),
    _refusal("invalid-is-500", "a request that is not valid gets 500", when(400, status_is(500)), Kind.STATUS),
    _mock_on(401, "unauthorized-is-404", "missing keys get 404", status_is(404)),
    _refusal("unauthorized-is-400", "missing keys get 400", when(401, status_is(400)), Kind.STATUS),
    _mock_on(
        401,
        "unauthorized-is-redirect",
        "missing keys get a redirect to a login page",
        lambda _answer: Answer(302, ((b"location", b"/login"),)),
    ),
    by_wrap("unknown-is-200", Kind.STATUS, "unknown paths get 200", lambda: Wrap(answer=_nothing_found)),
    _refusal("method-is-500", "an undocumented method gets 500", when(405, status_is(500)), Kind.STATUS),
    _mock_on(405, "method-is-400", "an undocumented method gets 400", status_is(400)),
    by_rules("cold-start", Kind.STATUS, "the first request gets an undocumented 503", _cold_start),
    _mock_on(401, "unauthorized-is-407", "missing keys get the status for proxies, 407", status_is(407)),
)


def _limited(answer: Callable[[], Answer]) -> Callable[[], Rules]:
    def rules() -> Rules:
        seen: list[Request] = []

        def first(request: Request) -> Answer | None:
            seen.append(request)
            return answer() if len(seen) > 8 else None

        return Rules(first=first)

    return rules


def _too_many(*headers: tuple[bytes, bytes]) -> Callable[[], Answer]:
    return lambda: json_answer(429, {"error": _FAILED, "data": {}}, *headers)


def _keys_in_error(request: Request, answer: Answer) -> Answer:
    sent = [value.decode("latin-1") for name, value in request.headers if name.startswith((b"x-", b"team"))]
    if answer.status != 401 or not sent:
        return answer
    return json_is(lambda body: {**body, "error": {"message": f"{', '.join(sent)} not accepted"}})(answer)


def _sent_in_header(request: Request, answer: Answer) -> Answer:
    return answer.with_header(
        b"x-debug-headers", json.dumps([v.decode("latin-1") for _, v in request.headers]).encode()
    )


def _twice_typed(answer: Answer) -> Answer:
    return header_is(_TYPE, b"application/json", b"text/html")(answer)


def _pretty_html(answer: Answer) -> Answer:
    message = (json_or_none(answer.body) or {}).get("error")
    return header_is(_TYPE, b"text/html")(body_is(f"<h1>{message}</h1>".encode())(answer))


HEADERS = (
    _refusal("no-allow", "405 has no Allow", when(405, header_is(b"allow")), Kind.HEADERS),
    _mock_on(405, "wrong-allow", "Allow in 405 names another method", header_is(b"allow", b"PROPFIND"), Kind.HEADERS),
    _refusal("no-challenge", "401 has no WWW-Authenticate", when(401, header_is(b"www-authenticate")), Kind.HEADERS),
    _mock_on(401, "empty-challenge", "WWW-Authenticate is empty", header_is(b"www-authenticate", b""), Kind.HEADERS),
    _refusal(
        "plain-errors",
        "errors are plain text",
        lambda answer: header_is(_TYPE, b"text/plain")(body_is(b"error")(answer)),
        Kind.HEADERS,
    ),
    _mock_on(404, "html-404", "unknown paths get HTML", _pretty_html, Kind.HEADERS),
    _refusal("html-405", "undocumented methods get HTML", when(405, _pretty_html), Kind.HEADERS),
    _mock_on(
        400,
        "problem-json",
        "a 400 is application/problem+json",
        header_is(_TYPE, b"application/problem+json"),
        Kind.HEADERS,
    ),
    _success("untyped-success", "a success has no content type", header_is(_TYPE), Kind.HEADERS),
    _mock_on(401, "untyped-401", "a 401 has no content type", header_is(_TYPE), Kind.HEADERS),
    _success("text-json", "a success is text/json", header_is(_TYPE, b"text/json"), Kind.HEADERS),
    _mock_success(
        "html-success", "a success says it is HTML", header_is(_TYPE, b"text/html; charset=utf-8"), Kind.HEADERS
    ),
    by_rules("no-retry-after", Kind.HEADERS, "429 after some requests, without Retry-After", _limited(_too_many())),
    by_rules(
        "vague-retry-after",
        Kind.HEADERS,
        "429 after some requests, whose Retry-After is neither seconds nor a date",
        _limited(_too_many((b"retry-after", b"soon"))),
    ),
    by_wrap("keys-in-error", Kind.HEADERS, "a 401 shows the keys that it refuses", lambda: Wrap(answer=_keys_in_error)),
    by_wrap("keys-in-header", Kind.HEADERS, "a debug header shows what was sent", lambda: Wrap(answer=_sent_in_header)),
    _mock_error("two-types", "errors have two content types", _twice_typed, Kind.HEADERS),
)

ANSWERS = (*RESPONSE, *STATUS, *HEADERS)
