"""What the mock's server and its application tell each other in ASGI scopes, beyond ASGI."""

CONNECTION = "thoughtly_mock.connection"
"""Name of the extension that holds the connection which brought a request."""
UNPARSEABLE = "thoughtly_mock.unparseable"
"""Type of the scope by which the application learns of bytes that are no request."""
PATH_PARAMETERS = "thoughtly_mock.path_parameters"
"""Name of the member that holds the request's path parameters."""
