"""What the generated tables say of each operation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Schema = Mapping[str, Any]
"""A JSON Schema of OpenAPI 3.0, pared to what is checked; ``$ref`` is the bare name of a component."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the generated code was made from, and with."""

    sha256: str
    """SHA-256 of the compiled spec, in hexadecimal."""
    tools: Mapping[str, str]
    """Version of each tool that wrote the code."""


@dataclass(frozen=True, slots=True)
class Key:
    """One API key, sent as a header."""

    header: str
    credential: str
    """Name of the client's argument that gives the value."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword argument of an operation's method."""

    python_name: str
    name: str
    """Its name on the wire."""
    place: Literal["path", "query", "header", "body", "property"]
    """``property`` is one property of the body, ``body`` the whole of it."""
    required: bool
    explode: bool
    """For a list in the query: repeat the name, or join the values by commas."""
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API."""

    name: str
    method: str
    path: str
    """The template, ``/contact/{contact_id}``."""
    arguments: tuple[Argument, ...]
    media_type: str | None
    """Content type of the request body, if there is one."""
    body_required: bool
    """Whether a body is sent even where no argument says what is in it."""
    keys: tuple[Key, ...]
    responses: Mapping[str, Schema]
    """Schema of each documented success, by status: ``200``, ``2XX``, ``default``."""

    @property
    def safe(self) -> bool:
        """Whether the method is safe by RFC 9110: repeating it does nothing further."""
        return self.method in {"GET", "HEAD", "OPTIONS", "TRACE"}

    @property
    def flat(self) -> bool:
        """Whether the body's properties are arguments of their own."""
        return any(argument.place == "property" for argument in self.arguments)
