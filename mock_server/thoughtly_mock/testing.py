"""A mock for the tests of others: what it received, what it is to play, and claims about both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from thoughtly_mock.console import Console
from thoughtly_mock.criteria import Criteria
from thoughtly_mock.duplicates import EXPLANATIONS, WINDOW_SECONDS
from thoughtly_mock.entry import Entry
from thoughtly_mock.settings import Settings
from thoughtly_mock.store import MemoryStore, Store
from thoughtly_mock.verify import verify


class ThoughtlyMock:
    """A running mock as a test sees it."""

    def __init__(self, console: Console, url: str, transport: Any = None) -> None:
        self.console = console
        """Everything that the control plane offers."""
        self.url = url
        """Where it answers."""
        self.transport: Any = transport
        """In process: the transport that a client is made with, ``Thoughtly(transport=...)``; otherwise None."""

    @property
    def requests(self) -> Sequence[Entry]:
        """Every request that arrived, oldest first."""
        return self.console.requests()

    @property
    def calls(self) -> Sequence[Entry]:
        """Every request that would have rung a phone, oldest first."""
        return self.console.calls()

    def scenario(self, scenario: Mapping[str, Any] | str | Path) -> None:
        """Play scenarios, by name, or a scenario file, from now on.

        Raises:
            Problem: the scenarios cannot be used.
            ScenarioFileError: the file cannot be used.
        """
        if isinstance(scenario, Mapping):
            self.console.set_scenarios(scenario)
        else:
            self.console.load(Path(scenario))

    def faults(self, faults: Mapping[str, Any]) -> None:
        """Switch faults on, as ``everything`` and ``operations``.

        Raises:
            Problem: they cannot be used.
        """
        self.console.set_faults(faults)

    def reset(self) -> None:
        """Forget requests, scenarios and faults."""
        self.console.reset()

    def assert_called_once(self, **criteria: Any) -> Entry:
        """Claim that exactly one call was accepted that meets the criteria; return it.

        Args:
            criteria: as of `Criteria`, such as ``contact_id`` (which is ``contact``), ``operation`` or ``body``.

        Raises:
            AssertionError: none was, or more; names the nearest requests.
        """
        self._assert_count(1, criteria)
        return self.console.calls(**_named(criteria))[0]

    def assert_not_called(self, **criteria: Any) -> None:
        """Claim that no call was accepted that meets the criteria.

        Raises:
            AssertionError: one was.
        """
        self._assert_count(0, criteria)

    def assert_no_duplicates(self, window: float = WINDOW_SECONDS) -> None:
        """Claim that no contact was dialled twice within ``window`` seconds.

        Raises:
            AssertionError: one was; names both requests and the likely cause.
        """
        found = self.console.duplicates(window)
        told = [
            f"contact {pair.first.contact} was dialled twice within {pair.seconds:.3f} s: "
            f"{EXPLANATIONS[pair.cause]}\n{journal_text([pair.first, pair.second])}"
            for pair in found
        ]
        if told:
            raise AssertionError("\n".join(told))

    def _assert_count(self, expected: int, criteria: Mapping[str, Any]) -> None:
        wanted = _named(criteria)
        count = len(self.console.calls(**wanted))
        if count == expected:
            return
        found = verify(self.requests, Criteria({**wanted, "verdict": "accepted"}), {"exactly": expected})
        near = [f"{journal_text([miss.entry])} (differs in {', '.join(miss.differs)})" for miss in found.near_misses]
        asked = ", ".join(f"{name}={value!r}" for name, value in criteria.items()) or "anything"
        lines = [f"expected {expected} accepted call(s) of {asked}, found {count}"]
        lines += ["nearest:", *near] if near else []
        raise AssertionError("\n".join([*lines, "journal:", journal_text(self.requests)]))


def _named(criteria: Mapping[str, Any]) -> dict[str, Any]:
    names = {"contact_id": "contact"}
    return {names.get(name, name): value for name, value in criteria.items()}


def journal_text(entries: Iterable[Entry]) -> str:
    """Return requests as text, a line each."""
    lines = [_line(entry) for entry in entries]
    return "\n".join(lines) or "(no request arrived)"


def _line(entry: Entry) -> str:
    clock = entry.received.strftime("%H:%M:%S.%f")[:-3]
    answer = "no answer" if entry.status is None else str(entry.status)
    more = [
        f"contact {entry.contact}" if entry.contact else "",
        f"played {entry.played}" if entry.played else "",
        entry.detail or "",
    ]
    parts = [f"#{entry.number}", clock, entry.method, entry.target, entry.verdict.value, answer, *filter(None, more)]
    return "  ".join(parts)


@contextmanager
def served_mock(
    spec: Mapping[str, Any] | None = None, settings: Settings | None = None, store: Store | None = None
) -> Iterator[ThoughtlyMock]:
    """Serve a mock on a free port of this machine for the length of the block.

    Args:
        spec: what is mocked; default: the kit's own spec.
        settings: how it behaves.
        store: where its state is; default: memory of its own.
    """
    from thoughtly_mock.server import serving

    app, console = _made(spec, settings, store)
    with serving(app) as url:
        yield ThoughtlyMock(console, url)


@contextmanager
def asgi_mock(
    spec: Mapping[str, Any] | None = None, settings: Settings | None = None, store: Store | None = None
) -> Iterator[ThoughtlyMock]:
    """Make a mock that is reached in process, by its ``transport``, for the length of the block.

    Args:
        spec: what is mocked; default: the kit's own spec.
        settings: how it behaves.
        store: where its state is; default: memory of its own.
    """
    from thoughtly_mock.asgi import AsgiTransport

    app, console = _made(spec, settings, store)
    transport = AsgiTransport(app)
    try:
        yield ThoughtlyMock(console, "http://localhost", transport)
    finally:
        transport.stop()


def _made(spec: Mapping[str, Any] | None, settings: Settings | None, store: Store | None) -> tuple[Any, Console]:
    from thoughtly_mock.app import create_app
    from thoughtly_openapi.loader import load_spec

    served = load_spec() if spec is None else spec
    kept = MemoryStore() if store is None else store
    return create_app(served, settings, kept), Console(kept, served)
