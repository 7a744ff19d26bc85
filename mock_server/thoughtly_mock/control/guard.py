"""Who may use the control plane: programs of this machine, and pages that the mock itself served."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from thoughtly_mock.body import headers
from thoughtly_mock.problems import Problem

LOCAL_NAMES = frozenset({"localhost", "testserver"})
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]+)?", re.ASCII)
_OWN_SITE = {"same-origin", "none"}


def require_own_site(scope: Scope, hosts: Collection[str]) -> None:
    """Refuse a request that a page of another site makes, also by a name that it bends to this machine.

    Args:
        scope: the request.
        hosts: further names under which the mock may be asked for.

    Raises:
        Problem: 403.
    """
    sent = headers(scope)
    host = sent.get("host", "")
    if not _is_local(host, hosts):
        raise Problem(
            403, f"the control plane does not answer for the host {host!r}: ask for 127.0.0.1, or --allow-host"
        )
    if (site := sent.get("sec-fetch-site", "none")) not in _OWN_SITE:
        raise Problem(403, f"the control plane does not answer pages of another site (sec-fetch-site: {site})")
    origin = sent.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise Problem(403, f"the control plane does not answer pages of another site (origin: {origin})")


def _is_local(host: str, hosts: Collection[str]) -> bool:
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]").lower()
    if name in LOCAL_NAMES or name in hosts or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
