"""A value that shows itself only when asked."""

from collections.abc import Callable, Iterable
from typing import NoReturn

REDACTED = "[redacted]"


class Secret:
    """Wraps a credential so that no repr, log, pickle or traceback with locals tells it."""

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """Return the value."""
        return self._reveal()

    def __repr__(self) -> str:
        return "Secret('[redacted]')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential cannot be pickled")


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """Return ``text`` without the values of ``secrets``."""
    for secret in secrets:
        text = text.replace(secret.reveal(), REDACTED)
    return text
