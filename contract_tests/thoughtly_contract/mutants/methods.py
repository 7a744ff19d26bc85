"""Faults in which methods and paths are taken for an operation."""

import re
from collections.abc import Callable

from thoughtly_contract.exchange import Answer, Request
from thoughtly_contract.mutants.mutant import Kind, Mutant, by_rules, by_wrap
from thoughtly_contract.mutants.rules import Rules, crash
from thoughtly_contract.mutants.wrapped import Good, Wrap


def _as_post(*methods: str) -> Callable[[Request, Good], Request]:
    return lambda request, _good: request.but(method="POST") if request.method in methods else request


def _any_method(request: Request) -> str:
    return request.method if request.method == "OPTIONS" else "POST"


def _overridden(request: Request) -> str:
    return next((value.decode("latin-1") for value in request.all(b"x-http-method-override")), request.method)


def _overridden_in_query(request: Request, _good: Good) -> Request:
    return request.but(method="POST", query=b"") if b"_method=POST" in request.query else request


def _trace(request: Request) -> Answer | None:
    if request.method != "TRACE":
        return None
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in request.headers)
    return Answer(200, ((b"content-type", b"message/http"),), b"TRACE " + request.target + b" HTTP/1.1\r\n" + lines)


def _crash_on(method: str) -> Callable[[Request], Answer | None]:
    return lambda request: crash() if request.method == method else None


def _path(name: str, wrong: str, path: Callable[[str], str]) -> Mutant:
    return by_rules(name, Kind.METHOD, wrong, lambda: Rules(path=path))


def _mock_path(name: str, wrong: str, path: Callable[[bytes], bytes]) -> Mutant:
    return by_wrap(
        name, Kind.METHOD, wrong, lambda: Wrap(request=lambda request, _good: request.but(path=path(request.path)))
    )


METHOD = (
    by_rules("any-method", Kind.METHOD, "every method is taken for POST", lambda: Rules(method=_any_method)),
    by_wrap("get-as-post", Kind.METHOD, "GET is taken for POST", lambda: Wrap(request=_as_post("GET"))),
    by_rules(
        "put-as-post",
        Kind.METHOD,
        "PUT is taken for POST",
        lambda: Rules(method=lambda r: r.method.replace("PUT", "POST")),
    ),
    by_wrap("patch-as-post", Kind.METHOD, "PATCH is taken for POST", lambda: Wrap(request=_as_post("PATCH"))),
    by_rules(
        "delete-as-post",
        Kind.METHOD,
        "DELETE is taken for POST",
        lambda: Rules(method=lambda r: r.method.replace("DELETE", "POST")),
    ),
    by_wrap("head-as-post", Kind.METHOD, "HEAD is taken for POST", lambda: Wrap(request=_as_post("HEAD"))),
    by_wrap(
        "unknown-as-post",
        Kind.METHOD,
        "a method that nobody knows is taken for POST",
        lambda: Wrap(
            request=lambda r, _g: (
                r
                if r.method in {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
                else r.but(method="POST")
            )
        ),
    ),
    by_rules(
        "method-override", Kind.METHOD, "X-HTTP-Method-Override replaces the method", lambda: Rules(method=_overridden)
    ),
    by_wrap(
        "method-in-query",
        Kind.METHOD,
        "_method in the query replaces the method",
        lambda: Wrap(request=_overridden_in_query),
    ),
    by_rules("head-crashes", Kind.METHOD, "HEAD gets 500", lambda: Rules(first=_crash_on("HEAD"))),
    by_wrap("trace-reflects", Kind.METHOD, "TRACE answers with the request, keys included", lambda: Wrap(first=_trace)),
    by_rules(
        "query-crashes", Kind.METHOD, "QUERY, a younger method, gets 500", lambda: Rules(first=_crash_on("QUERY"))
    ),
    _path("trailing-slash", "a slash after the path does not matter", lambda path: path.rstrip("/") or "/"),
    _mock_path("double-slash", "slashes may be doubled", lambda path: re.sub(b"/+", b"/", path)),
    _path("any-case-path", "the path is compared without case", str.lower),
    _mock_path("path-suffix", "`.json` after the path does not matter", lambda path: path.removesuffix(b".json")),
    _path("path-parameters", "what follows a semicolon in the path does not matter", lambda path: path.split(";")[0]),
)
