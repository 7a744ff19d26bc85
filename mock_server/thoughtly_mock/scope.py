"""What the mock's server and its application tell each other in ASGI scopes, beyond ASGI."""

from typing import Any

from starlette.types import Scope

CONNECTION = "thoughtly_mock.connection"
"""Name of the extension that holds the connection which brought a request."""
UNPARSEABLE = "thoughtly_mock.unparseable"
"""Type of the scope by which the application learns of bytes that are no request."""
TOKEN_HEADER = "x-mock-token"  # noqa: S105 (the name of a header)
"""What the control plane's token is sent in."""
PATH_PARAMETERS = "thoughtly_mock.path_parameters"
"""Name of the member that holds the request's path parameters."""


def connection_of(scope: Scope) -> Any:
    """Return the connection that brought a request; None where it came by no socket."""
    extension = scope.get("extensions", {}).get(CONNECTION)
    return extension["connection"] if extension else None


def refusal_of(scope: Scope) -> Any:
    """Return what the client was told in place of an answer; None for nothing."""
    connection = connection_of(scope)
    return connection.refusal if connection else None
