"""Requests with methods and paths that the spec does not name, or spells otherwise."""

from collections.abc import Iterator

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.divergence.case import OPEN, Case, Maker, raw
from thoughtly_contract.exchange import Request
from thoughtly_openapi.loader import operations

_NO_METHOD = frozenset({405})
_NO_PATH = frozenset({404})
_UNKNOWN = "The path has no such method: 405, which names those that it has (RFC 9110)."
_OTHER = "This is another path (RFC 3986)."


def route_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    yield from _methods(make)
    yield from _paths(make)
    plain = make.sampler.plain()
    absolute = plain.but(path=b"http://localhost" + plain.path)
    yield make("an absolute target", "Servers take the absolute form (RFC 9112).", make.success, absolute)
    star = raw(plain, first=plain.method.encode() + b" * HTTP/1.1")
    yield make("a star as the target", "The star is for OPTIONS alone (RFC 9112).", frozenset({400, 404, 405}), star)
    fragment = raw(plain, first=plain.method.encode() + b" " + plain.target + b"#fragment HTTP/1.1")
    yield make(
        "a fragment", "Open: a fragment is not part of a target (RFC 9112), so this is no request.", OPEN, fragment
    )


def _methods(make: Maker) -> Iterator[Case]:
    plain, documented = make.sampler.plain(), _documented(make.sampler)
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
        if method not in documented:
            yield make(method, _UNKNOWN, _NO_METHOD, plain.but(method=method))
    bare = plain.with_header(b"content-type").but(body=b"")
    for method in ("GET", "PUT"):
        if method not in documented:
            yield make(f"{method} without a body", _UNKNOWN, _NO_METHOD, bare.but(method=method))
    if "GET" in documented:
        yield make(
            "HEAD of what can be got",
            "HEAD is GET without the content (RFC 9110).",
            make.success,
            bare.but(method="HEAD"),
        )
    else:
        yield make("HEAD", _UNKNOWN, _NO_METHOD, bare.but(method="HEAD"))
    yield make(
        "OPTIONS",
        "Open: OPTIONS asks what there is, and a server may tell (RFC 9110).",
        OPEN,
        bare.but(method="OPTIONS"),
    )
    yield make("a preflight", "Open: the spec says nothing of CORS.", OPEN, _preflight(make.sampler))
    unknown = frozenset({405, 501})
    claim = "A method that nobody knows is 501, or 405 (RFC 9110)."
    for method in ("BREW", make.sampler.operation.method, "QUERY"):
        shown = "a method in lower case" if method.islower() else method
        yield make(
            shown,
            f"{claim[:-1]}; methods have case." if method.islower() else claim,
            unknown | frozenset({400}),
            plain.but(method=method),
        )
    for header in (b"x-http-method-override", b"x-method-override"):
        yield make(
            f"DELETE, {header.decode()}",
            _UNKNOWN,
            _NO_METHOD,
            plain.but(method="DELETE").with_header(header, plain.method.encode()),
        )


def _preflight(sampler: Sampler) -> Request:
    asked = (b"access-control-request-method", sampler.operation.method.upper().encode())
    headers = ((b"origin", b"http://localhost:3000"), asked, (b"access-control-request-headers", b"content-type"))
    return Request("OPTIONS", sampler.path(), headers=headers)


def _documented(sampler: Sampler) -> set[str]:
    return {entry.method.upper() for entry in operations(sampler.spec) if entry.path == sampler.operation.path}


def _paths(make: Maker) -> Iterator[Case]:
    plain, path = make.sampler.plain(), make.sampler.path()
    first, _, rest = path.removeprefix(b"/").partition(b"/")
    tail = b"/" + rest if rest else b""
    for what, other in {
        "two slashes": path.replace(b"/", b"//"),
        "a slash before it": b"/" + path,
        "a segment more": path + b"/contract-check",
        "an extension": path + b".json",
        "upper case": b"/" + first.upper() + tail,
        "an encoded slash": path[:1] + path[1:].replace(b"/", b"%2F"),
        "a blank at its end": path + b"%20",
        "a path parameter": path + b";a=b",
        "NUL at its end": path + b"%00",
        "another one": b"/contract-check",
        "the root": b"/",
    }.items():
        if not any(Sampler.matches(entry.path, other) for entry in operations(make.sampler.spec)):
            yield make(f"path: {what}", _OTHER, _NO_PATH, plain.but(path=other))
    slash = "Open: this is another path (RFC 3986), and a server may redirect from it."
    yield make("path: a slash at its end", slash, OPEN, plain.but(path=path + b"/"))
    encoded = b"/%%%02x" % first[0] + first[1:] + tail
    yield make(
        "path: an encoded letter", "An encoded letter is that letter (RFC 3986).", make.success, plain.but(path=encoded)
    )
    dotted = b"/contract-check/.." + path
    yield make(
        "path: dot segments",
        "Open: whether a server removes dot segments (RFC 3986 asks the client).",
        OPEN,
        plain.but(path=dotted),
    )
    yield make(
        "path: a single dot",
        "Open: whether a server removes dot segments (RFC 3986 asks the client).",
        OPEN,
        plain.but(path=b"/." + path),
    )
