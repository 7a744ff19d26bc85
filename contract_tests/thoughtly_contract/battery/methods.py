"""Probes of methods and paths that the spec does not name."""

from collections.abc import Iterator

from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Request
from thoughtly_openapi.loader import operations

CLAIM = "methods and paths"
_METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "QUERY", "PROPFIND")
# Servers may answer these for every path, as long as nothing is carried out.
_ABOUT_THE_PATH = ("HEAD", "OPTIONS")
_OVERRIDES = (b"x-http-method-override", b"x-http-method", b"x-method-override")


def method_probes(sampler: Sampler) -> Iterator[Probe]:
    """Yield the probes of one operation."""
    bare = sampler.bare()
    bases = [(sampler.plain(), Cost.RISK)] if bare is None else [(bare, Cost.NOTHING), (sampler.plain(), Cost.RISK)]
    for base, cost in bases:
        for name, request, expected in (*_methods(sampler, base), *_paths(sampler, base)):
            yield Probe(CLAIM, name, sampler.operation, request, expected, cost)


def _methods(sampler: Sampler, base: Request) -> Iterator[tuple[str, Request, Expected]]:
    path = sampler.operation.path
    documented = {entry.method.upper() for entry in operations(sampler.spec) if entry.path == path}
    for method in _METHODS:
        if method not in documented:
            yield method, base.but(method=method), Expected.NO_METHOD
    for method in _ABOUT_THE_PATH:
        if method not in documented and "GET" not in documented:
            yield method, base.but(method=method), Expected.NO_EFFECT
    other = next(method for method in _METHODS if method not in documented)
    for header in _OVERRIDES:
        overridden = base.but(method=other).with_header(header, base.method.encode())
        yield f"{other}, overridden by {header.decode()}", overridden, Expected.NO_METHOD
    query = f"_method={base.method}".encode()
    yield f"{other}, overridden in the query", base.but(method=other, query=query), Expected.NO_METHOD


def _paths(sampler: Sampler, base: Request) -> Iterator[tuple[str, Request, Expected]]:
    path = base.path
    changed = {
        "a slash at its end": path + b"/",
        "doubled slashes": path.replace(b"/", b"//"),
        "a segment more": path + b"/contract-check",
        "a dot segment": path + b"/.",
    }
    if not sampler.operation.path.endswith("}"):
        changed |= {
            "another case": path.swapcase(),
            "a suffix": path + b".json",
            "a path parameter": path + b";contract=check",
            "a letter more": path + b"s",
            "a blank at its end": path + b"%20",
        }
    for name, other in changed.items():
        if not any(sampler.matches(entry.path, other) for entry in operations(sampler.spec)):
            yield f"the path with {name}", base.but(path=other), Expected.NO_PATH
