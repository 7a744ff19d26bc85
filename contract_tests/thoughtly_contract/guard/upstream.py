"""The server behind the guard, and the permission to talk to it."""

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from thoughtly_contract.errors import TargetError, UsageError
from thoughtly_contract.guard.flags import PERMISSION

CONNECT_SECONDS = 10.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where requests are forwarded to."""

    url: str
    scheme: str
    host: str
    """In lower case, as it is looked up."""
    port: int
    prefix: bytes
    """What stands before every path."""
    address: str
    """The host's, looked up once, so that the name cannot mean another machine later."""

    @classmethod
    def of(cls, url: str) -> "Upstream":
        """Return the server at a URL.

        Raises:
            TargetError: it is no http or https URL of a server, has more than host, port and path, or the host cannot
                be looked up.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise TargetError(f"{url} is no URL: {error}") from error
        if parts.scheme not in _PORTS or not parts.hostname:
            raise TargetError(f"{url} is refused: an upstream is https://HOST, or http:// on this machine")
        if parts.username is not None or parts.query or parts.fragment:
            raise TargetError("the upstream is refused: only a scheme, a host, a port and a path are taken")
        host = parts.hostname.rstrip(".").lower()
        return cls(url, parts.scheme, host, port, parts.path.rstrip("/").encode(), _address(host))

    @property
    def authority(self) -> bytes:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return (name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}").encode()

    @property
    def is_loopback(self) -> bool:
        """Whether the host is an address of this machine, or a name that means nothing else."""
        return ipaddress.ip_address(self.address).is_loopback

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open one connection: no proxy, one try.

        Raises:
            TargetError: it cannot be opened; the text says why in one line.
        """
        context = ssl.create_default_context() if self.scheme == "https" else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await asyncio.open_connection(
                    self.address, self.port, ssl=context, server_hostname=self.host if context else None
                )
        except ssl.SSLCertVerificationError as error:
            raise TargetError(f"the certificate of {self.host} is refused: {error.verify_message}") from error
        except TimeoutError as error:
            raise TargetError(f"{self.host}:{self.port} does not answer within {CONNECT_SECONDS:g} s") from error
        except OSError as error:
            raise TargetError(f"{self.host}:{self.port} cannot be reached: {error.strerror or error}") from error


def is_on_this_machine(url: str) -> bool:
    """Whether a URL is a server on this machine, and nothing else.

    Raises:
        TargetError: it is no URL of a server.
    """
    return Upstream.of(url).is_loopback


def _address(host: str) -> str:
    """Return one address of a host: where one is not loopback, that one."""
    try:
        found = {str(entry[4][0]).split("%")[0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise TargetError(f"{host} cannot be looked up: {error}") from error
    addresses = [ipaddress.ip_address(text) for text in found]
    plain = [getattr(address, "ipv4_mapped", None) or address for address in addresses]
    return str(min(plain, key=lambda address: (address.is_loopback, address.version, str(address))))


def require_permission(upstream: Upstream, live: str | None, environment: Mapping[str, str] = os.environ) -> None:
    """Return if a server is on this machine, or was named twice as one whose calls are real.

    Raises:
        UsageError: ``--live`` or the environment variable is missing, or names another host.
        TargetError: it is not on this machine and speaks no TLS, so that keys and calls could be read and changed.
    """
    if upstream.is_loopback:
        return
    host = upstream.host
    for source, named in (("--live", live), (PERMISSION, environment.get(PERMISSION))):
        if not named:
            raise UsageError(
                f"{host} could place real calls: give --live {host}, and {PERMISSION}={host} in the environment"
            )
        if named.strip().rstrip(".").lower() != host:
            raise UsageError(f"{source} names {named}, and the target is {host}")
    if upstream.scheme != "https":
        raise TargetError(f"{host} is refused over http: keys and calls could be read and changed on the way")
