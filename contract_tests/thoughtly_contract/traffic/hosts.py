"""Which recorded hosts are the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from thoughtly_contract.errors import UsageError
from thoughtly_contract.traffic.recorded import Recorded, host_of, is_loopback


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts whose exchanges are held against the spec."""

    bases: Mapping[str, str]
    """For each host that serves the API, the path under which it does."""
    chosen: frozenset[str] | None = None
    """The only hosts that count; None for those of the spec, this machine, and unnamed ones."""

    @classmethod
    def of(cls, spec: Mapping[str, Any], names: Sequence[str] = ()) -> Self:
        """Return the hosts of a spec, or of these names alone.

        Raises:
            UsageError: a name is none of a host.
        """
        urls = [urlsplit(server["url"]) for server in spec.get("servers", ())]
        bases = {url.hostname: url.path.rstrip("/") for url in urls if url.hostname}
        return cls(bases, frozenset(map(_host, names)) if names else None)

    def covers(self, host: str | None) -> bool:
        """Whether a host is one of these."""
        if self.chosen is not None:
            return host in self.chosen
        return host is None or host in self.bases or is_loopback(host)

    def path(self, recorded: Recorded) -> bytes | None:
        """Return the path of a request below the API's base; None where it is not below it."""
        base = self.bases.get(recorded.host or "", "").encode()
        path = recorded.request.path
        if not base:
            return path
        return path[len(base) :] if path.startswith(base + b"/") else None

    def __str__(self) -> str:
        return ", ".join(sorted(self.chosen if self.chosen is not None else [*self.bases, "this machine"]))


def _host(name: str) -> str:
    host = host_of(name)
    if host is None or "/" in name or "@" in name:
        raise UsageError(f"--host {name}: say the name of a host, such as api.example.com")
    return host
