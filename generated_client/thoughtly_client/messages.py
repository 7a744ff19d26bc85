"""A request as it is told of, and a response as it was received."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from thoughtly_client.secret import REDACTED, Secret, mask, telling


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What was to be sent, without the keys."""

    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    """The keys' values are ``[redacted]``."""
    content: bytes = field(repr=False)
    """The body, empty where there is none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, read as far as it came and as far as it was allowed to."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)
    """The body, its content coding undone where that was possible."""
    broken: str | None = None
    """Why ``content`` is not the whole body: it broke off, was too large, or has an unknown coding."""

    @property
    def text(self) -> str:
        """The body as text, whatever its charset; undecodable bytes are replaced."""
        _, _, charset = self.headers.get("content-type", "").lower().partition("charset=")
        try:
            return self.content.decode(charset.split(";")[0].strip(" \"'") or "utf-8", "replace")
        except (LookupError, ValueError):
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: it is none.
        """
        try:
            return json.loads(self.content)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error

    def without(self, secrets: Iterable[Secret]) -> Self:
        """Return the reply with every echo of a secret masked."""
        echoed = [secret for secret in telling(secrets) if self._tells(secret.reveal())]
        if not echoed:
            return self
        content = self.content
        for secret in echoed:
            content = content.replace(secret.reveal().encode(), REDACTED.encode())
        headers = {name: mask(value, echoed) for name, value in self.headers.items()}
        return replace(self, content=content, headers=headers)

    def _tells(self, value: str) -> bool:
        return value.encode() in self.content or any(value in header for header in self.headers.values())
