"""Finds out, with one request that could act upon nobody, whether checking a target makes sense at all."""

from collections.abc import Mapping
from typing import Any

from thoughtly_contract.battery.samples import SAFE_METHODS, Sampler
from thoughtly_contract.errors import TargetError
from thoughtly_contract.exchange import Answer, Caller, Request
from thoughtly_contract.keys import Key
from thoughtly_contract.target import Target
from thoughtly_contract.validity import Validity
from thoughtly_openapi.loader import operations

HTML = ("text/html", "application/xhtml+xml")


def bare_request(spec: Mapping[str, Any], keys: tuple[Key, ...], *, forbidden: bool = False) -> Request | None:
    """Return a request with good keys that says nothing of upon whom to act; None where there is no such request.

    Args:
        spec: the compiled spec.
        keys: with the values that the server takes for good.
        forbidden: whether the spec has to forbid it.
    """
    every = (operation for operation in operations(spec) if not forbidden or operation.method not in SAFE_METHODS)
    samplers = (Sampler(spec, operation, keys, Validity(spec, operation)) for operation in every)
    return next((bare for sampler in samplers if (bare := sampler.bare())), None)


def require_sense(target: Target, spec: Mapping[str, Any], keys: tuple[Key, ...], *, keys_are_known: bool) -> None:
    """Return if a target answers as an API that takes these keys might.

    Raises:
        TargetError: it does not answer, answers with pages, or refuses the keys; every check would say the same.
    """
    bare = bare_request(spec, keys)
    if bare is None or (target.proxy and target.proxy.dry_run):
        return
    with Caller(target.app) as call:
        answer = call(bare)
    asked = f"{bare.method} {target.url}{bare.path.decode('latin-1')}"
    if _media_type(answer) in HTML:
        raise TargetError(f"{asked} is answered {answer.status} with a page in HTML: is this the address of the API?")
    if answer.status in {401, 403}:
        given = "the keys that --key gives" if keys_are_known else "the dummy keys; give the right ones with --key"
        raise TargetError(f"{asked} is answered {answer.status}: the target refuses {given}")


def _media_type(answer: Answer) -> str:
    content_type = next(iter(answer.all(b"content-type")), b"").decode("latin-1")
    return content_type.partition(";")[0].strip().lower()
