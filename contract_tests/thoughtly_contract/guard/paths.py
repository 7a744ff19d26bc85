"""Paths that say upon whom an operation acts."""

import re
from collections.abc import Sequence
from urllib.parse import unquote


class ActingPath:
    """A path of the spec, and everything that a lenient server could take for it."""

    def __init__(self, template: str) -> None:
        self._literal = [None if part.startswith("{") else part.casefold() for part in _segments(template)]
        self._exact = re.compile("([^/]+)".join(map(re.escape, re.split(r"\{[^}]+\}", template))))

    def values(self, path: str) -> list[str] | None:
        """Return the values of the parameters in a path, also in one that is only like this one; None if it is not."""
        found = _segments(_settled(path))[-len(self._literal) :] if self._literal else []
        if len(found) != len(self._literal):
            return None
        pairs = zip(self._literal, found, strict=True)
        return [text for literal, text in pairs if literal is None] if self._fits(found) else None

    def _fits(self, segments: Sequence[str]) -> bool:
        pairs = zip(self._literal, segments, strict=True)
        return all(literal is None or literal == text.casefold().partition(".")[0] for literal, text in pairs)

    def goes_on(self, path: str) -> bool:
        """Whether this path, or one that is like it, has more behind it."""
        found, size = _segments(_settled(path)), len(self._literal)
        return any(self._fits(found[start : start + size]) for start in range(len(found) - size))

    def exact(self, path: str) -> list[str] | None:
        """Return the values of the parameters in a path that is exactly this one; None if it is not."""
        found = self._exact.fullmatch(path)
        return list(map(unquote, found.groups())) if found else None


def _settled(path: str) -> str:
    for _ in range(4):
        path = unquote(path)
    return re.sub(r";[^/]*", "", path.replace("\\", "/"))


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", ".", ".."}]
