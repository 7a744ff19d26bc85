"""Requests with methods and paths that the spec does not name, or spells otherwise."""

from collections.abc import Iterator

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.divergence.case import OPEN, Case, Maker, raw
from thoughtly_contract.exchange import Request
from thoughtly_openapi.loader import operations

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_NO_METHOD = frozenset({405})
_NO_SUCH_METHOD = frozenset({400, 405, 501})
_UNKNOWN = "The path has no such method: 405, which names those that it has (RFC 9110)."
_NO_PATH = frozenset({404})
_OTHER = "This is another path (RFC 3986)."
_DOTS = "Open: RFC 3986 asks the client to remove dot segments, and lets the server."


def route_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation."""
    yield from _known_methods(make)
    yield from _unknown_methods(make)
    yield from _other_paths(make)
    yield from _same_paths(make)
    yield from _targets(make)


def undocumented(sampler: Sampler) -> list[str]:
    """Return methods that the path of an operation has not."""
    documented = {entry.method.upper() for entry in operations(sampler.spec) if entry.path == sampler.operation.path}
    return [method for method in _METHODS if method not in documented]


def another_method(sampler: Sampler) -> str:
    """Return a method that the path of an operation has not."""
    return ["LINK", *undocumented(sampler)][-1]


def _known_methods(make: Maker) -> Iterator[Case]:
    plain, missing = make.sampler.plain(), undocumented(make.sampler)
    bare = plain.with_header(b"content-type").but(body=b"")
    for method in missing:
        yield make(method, _UNKNOWN, _NO_METHOD, plain.but(method=method))
    for method in ("GET", "PUT"):
        if method in missing:
            yield make(f"{method} without a body", _UNKNOWN, _NO_METHOD, bare.but(method=method))
    head = bare.but(method="HEAD")
    if "GET" in missing:
        yield make("HEAD", _UNKNOWN, _NO_METHOD, head)
    else:
        same = "HEAD is GET without the content (RFC 9110)."
        yield make("HEAD of what can be got", same, make.success, head)
    asks = "Open: OPTIONS asks what there is, and a server may tell (RFC 9110)."
    yield make("OPTIONS", asks, OPEN, bare.but(method="OPTIONS"))
    yield make("a preflight", "Open: the spec says nothing of CORS.", OPEN, _preflight(make.sampler))
    for header in (b"x-http-method-override", b"x-method-override"):
        overridden = plain.but(method=another_method(make.sampler)).with_header(header, plain.method.encode())
        yield make(f"another method, {header.decode()}", _UNKNOWN, _NO_METHOD, overridden)


def _unknown_methods(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    claim = "A method that nobody knows is 501, or 405 (RFC 9110)."
    for method in ("BREW", "QUERY"):
        yield make(method, claim, _NO_SUCH_METHOD, plain.but(method=method))
    lower = plain.but(method=make.sampler.operation.method)
    yield make("a method in lower case", "Methods have case (RFC 9110).", _NO_SUCH_METHOD, lower)


def _preflight(sampler: Sampler) -> Request:
    asked = (b"access-control-request-method", sampler.operation.method.upper().encode())
    headers = ((b"origin", b"http://localhost:3000"), asked, (b"access-control-request-headers", b"content-type"))
    return Request("OPTIONS", sampler.path(), headers=headers)


def _other_paths(make: Maker) -> Iterator[Case]:
    plain, path = make.sampler.plain(), make.sampler.path()
    for what, other in {
        "two slashes": path.replace(b"/", b"//"),
        "a slash before it": b"/" + path,
        "a segment more": path + b"/contract-check",
        "an extension": path + b".json",
        "upper case": path.upper(),
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


def _same_paths(make: Maker) -> Iterator[Case]:
    plain, path = make.sampler.plain(), make.sampler.path()
    if path[1:2].isalpha():
        encoded = b"/%%%02x" % path[1] + path[2:]
        same = "An encoded letter is that letter (RFC 3986)."
        yield make("path: an encoded letter", same, make.success, plain.but(path=encoded))
    yield make("path: dot segments", _DOTS, OPEN, plain.but(path=b"/contract-check/.." + path))
    yield make("path: a single dot", _DOTS, OPEN, plain.but(path=b"/." + path))


def _targets(make: Maker) -> Iterator[Case]:
    plain = make.sampler.plain()
    absolute = plain.but(path=b"http://localhost" + plain.path)
    yield make("an absolute target", "Servers take the absolute form (RFC 9112).", make.success, absolute)
    method = plain.method.encode()
    star = raw(plain, first=method + b" * HTTP/1.1")
    yield make("a star as the target", "The star is for OPTIONS alone (RFC 9112).", frozenset({400, 404, 405}), star)
    fragment = raw(plain, first=method + b" " + plain.target + b"#fragment HTTP/1.1")
    claim = "Open: a fragment is not part of a target (RFC 9112), so this is no request."
    yield make("a fragment", claim, OPEN, fragment)
