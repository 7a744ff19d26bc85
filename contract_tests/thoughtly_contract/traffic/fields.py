"""Takes the fields of one entry, and names the one that is not what it should be."""

import base64
import binascii
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from thoughtly_contract.errors import TrafficError


class Fields:
    """A JSON object in a file of recorded traffic."""

    def __init__(self, value: Any, place: str) -> None:
        """Take a value.

        Args:
            value: anything.
            place: where it stands: file, line or entry, and the names that lead to it.

        Raises:
            TrafficError: it is no object.
        """
        if not isinstance(value, dict):
            raise TrafficError(f"{place} is no object")
        self.value, self.place = value, place

    def __contains__(self, name: str) -> bool:
        return self.value.get(name) is not None

    def inner(self, name: str) -> "Fields":
        """Return an object in this one."""
        return Fields(self._required(name), f"{self.place}: {name}")

    def text(self, name: str) -> str:
        """Return a text."""
        found = self._required(name)
        if not isinstance(found, str):
            raise self.wrong(name, "is no text")
        return found

    def status(self, name: str) -> int:
        """Return a status, 0 where there was no answer."""
        found = self.value.get(name) or 0
        if not isinstance(found, int) or isinstance(found, bool) or not (found == 0 or 100 <= found <= 999):
            raise self.wrong(name, "is no status of HTTP")
        return found

    def count(self, name: str) -> int:
        """Return a number of bytes, -1 where it is not known."""
        found = self.value.get(name, -1)
        return found if isinstance(found, int) else -1

    def base64(self, name: str) -> bytes:
        """Return bytes from their Base64."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.wrong(name, "is no Base64") from error

    def day(self, name: str) -> date | None:
        """Return the day of a time in ISO 8601, None where there is no time."""
        if name not in self:
            return None
        try:
            return datetime.fromisoformat(self.text(name)).date()
        except ValueError as error:
            raise self.wrong(name, "is no time") from error

    def list(self, name: str) -> Iterator[tuple[str, Any]]:
        """Yield the members of a list, each with its place."""
        found = self.value.get(name) or []
        if not isinstance(found, list):
            raise self.wrong(name, "is no list")
        return ((f"{self.place}: {name}[{index}]", member) for index, member in enumerate(found))

    def wrong(self, name: str, why: str) -> TrafficError:
        """Return an error about a field."""
        return TrafficError(f"{self.place}: {name} {why}")

    def _required(self, name: str) -> Any:
        if name not in self.value:
            raise self.wrong(name, "is missing")
        return self.value[name]
