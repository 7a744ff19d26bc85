"""Which requests no server could carry out, however lenient it is: those that do not say upon whom."""

import json
import re
from typing import Any

from thoughtly_contract.battery.samples import SAFE_METHODS, Sampler
from thoughtly_contract.exchange import Request
from thoughtly_mock import behaviours


def is_harmless(sampler: Sampler, request: Request) -> bool:
    """Whether a request to an operation names nobody, in whatever way a server could read it.

    Operations with a safe method are harmless. Otherwise the names that matter are that of the contact, where it is
    known which that is, and those of all members of the body elsewhere; none may come with anything but null.
    """
    if sampler.operation.method in SAFE_METHODS:
        return True
    if "{" in sampler.operation.path:
        return False
    names = {_plain(name) for name in _names(sampler)}
    elsewhere = request.query + b" ".join(name + b" " + value for name, value in request.headers)
    if any(name in _plain(elsewhere.decode("latin-1")) for name in names):
        return False
    try:
        # A name may come twice, and nobody knows which one a server takes.
        body = json.loads(request.body.decode("utf-8"), object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        return not _could_say(request.body, names)
    return not _says(body, names)


def rings(sampler: Sampler, body: Any) -> bool:
    """Whether carrying out a request to an operation, with this body, does something to somebody."""
    if sampler.operation.method in SAFE_METHODS:
        return False
    return "{" in sampler.operation.path or _says(body, {_plain(name) for name in _names(sampler)})


def _names(sampler: Sampler) -> list[str]:
    contact = behaviours.of(sampler.operation.operation_id).contact
    return [contact] if contact else list((sampler.schema or {}).get("properties", {}))


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _could_say(body: bytes, names: set[str]) -> bool:
    """Whether bytes that are no JSON could be read as saying somebody: escapes and compression hide names."""
    if b"\\" in body or body.startswith(_COMPRESSED):
        return True
    readings = (body.decode(encoding, "replace") for encoding in ("latin-1", "utf-16", "utf-32"))
    return any(name in _plain(text) for text in readings for name in names)


_COMPRESSED = (b"\x1f\x8b", b"\x78", b"\x28\xb5\x2f\xfd")


def _says(value: Any, names: set[str]) -> bool:
    """Whether one of the names comes with a value, anywhere in JSON whose objects are tuples of pairs, or dicts."""
    if isinstance(value, dict):
        value = tuple(value.items())
    if isinstance(value, list):
        return any(_says(entry, names) for entry in value)
    if isinstance(value, str):
        return any(name in _plain(value) for name in names)
    if not isinstance(value, tuple):
        return False
    return any((_plain(name) in names and _tells(member)) or _says(member, names) for name, member in value)


def _tells(value: Any) -> bool:
    """Whether a value says anything: an empty list and a list of null do not."""
    if isinstance(value, (list, tuple)):
        return any(_tells(entry) for entry in value)
    if isinstance(value, dict):
        return any(map(_tells, value.items()))
    # Even of true a lenient server makes a text; of null, no server makes a contact.
    return value is not None
