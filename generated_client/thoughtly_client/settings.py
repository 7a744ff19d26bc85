"""What a client is made with, from arguments and the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from thoughtly_client.errors import ConfigurationError
from thoughtly_client.operation import Key
from thoughtly_client.secret import Secret

VARIABLES: Final = {
    "api_token": "THOUGHTLY_API_TOKEN",
    "team_id": "THOUGHTLY_TEAM_ID",
    "base_url": "THOUGHTLY_BASE_URL",
}
"""The environment variable that stands in for each argument that is not given."""

VISIBLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where requests go and what they carry."""

    base_url: str
    credentials: Mapping[str, Secret]

    @classmethod
    def gather(
        cls, given: Mapping[str, "Secret | None"], base_url: str | None, default: str, keys: tuple[Key, ...]
    ) -> "Settings":
        """Return the settings from arguments, else from the environment.

        Raises:
            ConfigurationError: one is missing, empty or malformed; the argument and its variable are named.
        """
        needed = sorted({key.credential for key in keys})
        credentials = {name: credential(name, given.get(name)) for name in needed}
        url = base_url if base_url is not None else os.environ.get(VARIABLES["base_url"], default)
        return cls(checked_url(url), credentials)


def concealed(value: Any) -> Secret | None:
    """Wrap an argument, whatever it is, before anything can go wrong with it."""
    return None if value is None else Secret(value)


def credential(name: str, given: Secret | None) -> Secret:
    """Return the credential ``name`` as given, else from the environment.

    Raises:
        ConfigurationError: it is missing, empty or cannot be a header's value.
    """
    variable = VARIABLES[name]
    secret = given if given is not None else Secret(os.environ.get(variable, ""))
    problem = flaw(secret)
    if problem:
        raise ConfigurationError(f"{name} {problem}: pass {name}=... or set {variable}")
    return secret


def flaw(secret: Secret) -> str | None:
    """Return what is wrong with a credential, without telling it."""
    if not isinstance(secret.reveal(), str):
        return "must be a string"
    if not secret.reveal().strip():
        return "is missing or empty"
    return None if VISIBLE.fullmatch(secret.reveal()) else "holds a space, a line break or a character beyond ASCII"


def checked_url(url: str) -> str:
    """Return a base URL without its final slash.

    Raises:
        ConfigurationError: it is not an absolute http or https URL, or says more than where the server is.
    """
    hint = f"pass base_url=... or set {VARIABLES['base_url']}"
    try:
        parts = urlsplit(url)
        port_given = parts.port != 0
    except ValueError:
        raise ConfigurationError(f"base_url is no URL: {hint}") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"base_url must not hold a user name or password: {hint}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_given or not VISIBLE.fullmatch(url):
        raise ConfigurationError(f"base_url must be like https://host, not {url!r}: {hint}")
    if parts.query or parts.fragment:
        raise ConfigurationError(f"base_url must not hold a query or fragment: {hint}")
    return url.rstrip("/")
