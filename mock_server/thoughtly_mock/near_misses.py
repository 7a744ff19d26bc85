"""Names that were probably meant: other case, other separators, typing errors, and what is known to be mixed up."""

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice

_MAX_NAMES = 50
_MAX_LENGTH = 100
_LIKENESS = 0.8


def meant(sent: Iterable[str], missing: Iterable[str], aliases: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what was probably meant by names that mean nothing.

    Args:
        sent: names that mean nothing; only the first 50 are looked at.
        missing: names that would mean something, and were not sent.
        aliases: what is meant by names that no likeness leads to.

    Returns:
        For each name that was meant, the one that was sent for it.
    """
    plain = {_plain(name): name for name in missing}
    found: dict[str, str] = {}
    for name in islice(sent, _MAX_NAMES):
        other = _alias(name, aliases or {}, plain) or _alike(name, plain)
        if other is not None:
            found.setdefault(other, name)
    return found


def question(sent: str, meant_by_it: str) -> str:
    """Return what to tell somebody who sent one name and meant another."""
    return f"you sent {sent}: did you mean {meant_by_it}?"


def _alias(name: str, aliases: Mapping[str, str], plain: Mapping[str, str]) -> str | None:
    known = {_plain(alias): target for alias, target in aliases.items()}
    return plain.get(_plain(known.get(_plain(name), "")))


def _alike(name: str, plain: Mapping[str, str]) -> str | None:
    if len(name) > _MAX_LENGTH:
        return None
    close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=_LIKENESS)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
