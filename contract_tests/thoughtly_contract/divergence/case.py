"""One raw request, and what its answer has to be."""

from dataclasses import dataclass

from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.exchange import Request
from thoughtly_openapi.loader import Operation

CLOSED = 0
"""In place of a status: the connection ended without an answer."""
HANGS = -1
"""In place of a status: neither an answer nor the end of the connection."""
DIES = -2
"""In place of a status: the server ended, and answers nobody any more."""
OPEN: frozenset[int] = frozenset()
"""Neither the spec nor HTTP says what the answer has to be."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request to one operation, as the bytes that go over the wire."""

    group: str
    name: str
    """What is special about it, in the same words for every operation. Never the value of a key."""
    claim: str
    """What a user can rely on, with its source, in one sentence."""
    right: frozenset[int]
    """The statuses that are right; none of them where that is open."""
    operation: Operation
    data: bytes
    method: str
    half: bool
    """Whether the sender closes its side afterwards, because what it sent is no whole request."""

    @property
    def kind(self) -> str:
        """Group and name: the same for every operation."""
        return f"{self.group}/{self.name}"


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the cases of one group for one operation."""

    group: str
    sampler: Sampler

    def __call__(
        self, name: str, claim: str, right: frozenset[int], sent: Request | bytes, *, half: bool = False
    ) -> Case:
        """Return one case."""
        data = raw(sent) if isinstance(sent, Request) else sent
        method = data.partition(b" ")[0].decode("latin-1")
        return Case(self.group, name, claim, right, self.sampler.operation, data, method, half)

    @property
    def success(self) -> frozenset[int]:
        """The successes that the operation documents."""
        documented = {int(status) for status in self._documented if status.isdigit() and status.startswith("2")}
        return frozenset(documented or {200})

    @property
    def invalid(self) -> frozenset[int]:
        """How the operation refuses what breaks its schemas."""
        return self.one_of(400, 422)

    def one_of(self, *statuses: int) -> frozenset[int]:
        """Return those of some refusals that the operation documents, or all of them where it documents none."""
        documented = {status for status in statuses if self._documents(status)}
        return frozenset(documented or statuses)

    def _documents(self, status: int) -> bool:
        return not self._documented.isdisjoint({str(status), f"{status // 100}XX"})

    @property
    def _documented(self) -> set[str]:
        return set(self.sampler.operation.definition["responses"])


def raw(request: Request, *lines: bytes, first: bytes | None = None, host: bytes | None = b"localhost") -> bytes:
    """Return the bytes of a request, after whose answer the connection ends.

    Args:
        request: what is sent; its body with its length, unless it has a length or chunks already.
        lines: further header lines, as they are.
        first: the request line, where it is not HTTP's.
        host: the host to name; None for none.
    """
    head = [first or request.method.encode() + b" " + request.target + b" HTTP/1.1"]
    head += [b"host: " + host] if host is not None else []
    head += [b"connection: close", *(name + b": " + value for name, value in request.headers), *lines]
    told = b"\r\n".join(lines).lower()
    if request.body and b"content-length:" not in told and b"transfer-encoding:" not in told:
        head.append(b"content-length: %d" % len(request.body))
    return b"\r\n".join(head) + b"\r\n\r\n" + request.body
