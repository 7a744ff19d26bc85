"""Which addresses are this machine, and nothing but this machine."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from thoughtly_contract.errors import TargetError

_PORTS = {"http": 80, "https": 443}


def require_loopback(url: str) -> str:
    """Return ``url`` with its host replaced by the loopback address it means, without a trailing slash.

    A name is looked up once, here, and never again, so that it cannot mean another machine later.

    Raises:
        TargetError: not http, no host, credentials or a query in it, or any of its addresses is not loopback.
    """
    parts = _parsed(url)
    host = parts.hostname or ""
    address = _literal(host) or _resolved(url, host)
    if not address.is_loopback:
        raise TargetError(
            f"{url} is refused: {address} is no loopback address, and requests to it could place real calls"
        )
    name = f"[{address}]" if address.version == 6 else str(address)
    port = parts.port or _PORTS[parts.scheme]
    return f"{parts.scheme}://{name}:{port}{parts.path.rstrip('/')}"


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _parsed(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise TargetError(f"{url} is no URL: {error}") from error
    if parts.scheme != "http":
        raise TargetError(f"{url} is refused: a target on this machine is http://HOST:PORT")
    if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
        raise TargetError(f"{url} is refused: only a scheme, a host, a port and a path are taken")
    return parts


def _literal(host: str) -> Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _resolved(url: str, host: str) -> Address:
    # 2130706433, 0x7f.1 and 127.1 are loopback to some resolvers and names to others: nobody means them.
    if all(part.isdigit() or part.lower().startswith("0x") for part in host.split(".")):
        raise TargetError(f"{url} is refused: write the address as 127.0.0.1 or [::1]")
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise TargetError(f"{url} is refused: {host} cannot be looked up ({error})") from error
    addresses = sorted((ipaddress.ip_address(str(text).split("%")[0]) for text in found), key=lambda a: a.version)
    return next((address for address in addresses if not address.is_loopback), addresses[0])
