"""A value that shows itself only when asked."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

REDACTED = "[redacted]"


class Secret:
    """Wraps a credential so that no repr, log, pickle or traceback with locals tells it."""

    __slots__ = ("_reveal",)

    def __init__(self, value: Any) -> None:
        self._reveal: Callable[[], Any] = lambda: value

    def reveal(self) -> Any:
        """Return the value."""
        return self._reveal()

    def __repr__(self) -> str:
        return "Secret('[redacted]')"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential cannot be pickled")


# A shorter value is a placeholder, such as "any"; masking it would garble ordinary words.
SHORTEST = 8


def telling(secrets: Iterable[Secret]) -> Iterator[Secret]:
    """Yield the secrets that are long enough to be searched for in text that others wrote."""
    return (secret for secret in secrets if len(secret.reveal()) >= SHORTEST)


def mask(text: str, secrets: Iterable[Secret]) -> str:
    """Return ``text`` without the values of ``secrets``."""
    for secret in telling(secrets):
        text = text.replace(secret.reveal(), REDACTED)
    return text
