"""What can be special about an operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from thoughtly_mock.play import Play


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The specialities of one operation; each has a default that means none."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    """Names that are sent by mistake, and the property that was meant."""
    contact: str | None = None
    """The body property that names the contact whose phone would ring."""
    magic: Callable[[Any], Play | None] = lambda _body: None
    """The bad day that a valid body asks for by a magic value in it."""

    def contact_of(self, body: Any) -> str | None:
        """Return the contact that a body names, valid or not."""
        value = body.get(self.contact) if self.contact and isinstance(body, dict) else None
        return value if isinstance(value, str) else None
