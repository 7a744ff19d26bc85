"""The mock in the test suites of others: a pytest plugin.

It is loaded by every pytest run of an environment that has the kit. The mock is imported when a fixture is used, the
client when the first test runs.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from thoughtly_mock.extra import INSTALL, missing

if TYPE_CHECKING:
    from thoughtly_mock.testing import ThoughtlyMock

API_TOKEN = "mock-api-token"  # noqa: S105 (any will do)
TEAM_ID = "mock-team-id"
MARKER = (
    "thoughtly(scenario=None, faults=None, allow_hosts=()): what the mock plays in this test: scenarios by name or a "
    "scenario file, faults; and hosts other than this machine that a Thoughtly client may reach"
)
_ESCAPES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def _thoughtly_server() -> Iterator["ThoughtlyMock"]:
    _require_the_mock()
    from thoughtly_mock.testing import served_mock

    with served_mock() as mock:
        yield mock


@pytest.fixture(scope="session")
def _thoughtly_in_process() -> Iterator["ThoughtlyMock"]:
    _require_the_mock()
    from thoughtly_mock.testing import asgi_mock

    with asgi_mock() as mock:
        yield mock


@pytest.fixture
def thoughtly_mock(
    _thoughtly_server: "ThoughtlyMock", request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> "ThoughtlyMock":
    """A mock on a free port of this machine, as new for each test; clients find it by their environment variables."""
    return _prepared(_thoughtly_server, request, monkeypatch)


@pytest.fixture
def thoughtly_asgi(
    _thoughtly_in_process: "ThoughtlyMock", request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> "ThoughtlyMock":
    """A mock in process, without a socket, as new for each test; clients are made with its ``transport``."""
    return _prepared(_thoughtly_in_process, request, monkeypatch)


def _require_the_mock() -> None:
    if lacking := missing():
        pytest.fail(f"the fixtures of the mock need {lacking}: {INSTALL}", pytrace=False)


def _prepared(
    mock: "ThoughtlyMock", request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> "ThoughtlyMock":
    mock.reset()
    _play(mock, request.node)
    monkeypatch.setenv("THOUGHTLY_BASE_URL", mock.url)
    monkeypatch.setenv("THOUGHTLY_API_TOKEN", API_TOKEN)
    monkeypatch.setenv("THOUGHTLY_TEAM_ID", TEAM_ID)
    return mock


def _play(mock: "ThoughtlyMock", item: pytest.Item) -> None:
    # The marker nearest to the test wins: it comes last.
    for marker in reversed(list(item.iter_markers("thoughtly"))):
        _require_known(marker)
        scenario = marker.kwargs.get("scenario")
        if scenario is not None:
            mock.scenario(scenario if isinstance(scenario, Mapping) else _file(item, scenario))
        if (faults := marker.kwargs.get("faults")) is not None:
            mock.faults(faults)


def _file(item: pytest.Item, name: str | Path) -> Path:
    """Return a scenario file as named from the test's folder, or else from pytest's root."""
    beside = item.path.parent / name
    return beside if beside.exists() else item.config.rootpath / name


def _require_known(marker: pytest.Mark) -> None:
    unknown = sorted(marker.kwargs.keys() - {"scenario", "faults", "allow_hosts"})
    if unknown or marker.args:
        what = f"{unknown[0]}=" if unknown else "a positional argument"
        raise pytest.UsageError(f"@pytest.mark.thoughtly has no {what}: it takes scenario=, faults= and allow_hosts=")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:  # noqa: ARG001
    """Keep the clients of one test on this machine, fixtures included."""
    from thoughtly_mock.loopback_only import loopback_only

    item.stash[_ESCAPES] = []
    with loopback_only(_allowed(item), lambda host: _escaped(item, host)):
        return (yield)


def _allowed(item: pytest.Item) -> Callable[[str], bool]:
    hosts = {host for marker in item.iter_markers("thoughtly") for host in marker.kwargs.get("allow_hosts", ())}
    return lambda host: host in hosts


def _escaped(item: pytest.Item, host: str) -> None:
    item.stash[_ESCAPES].append(host)
    pytest.fail(_told([host]), pytrace=True)


def _told(hosts: list[str]) -> str:
    named = ", ".join(sorted(set(hosts)))
    return (
        f"a Thoughtly client was about to reach {named}, which is not this machine: a phone could have rung. "
        "Use the fixture thoughtly_mock, or allow the host with @pytest.mark.thoughtly(allow_hosts=[...])"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose code swallowed that failure; show the journal of a failed test."""
    report = yield
    escapes = item.stash.get(_ESCAPES, [])
    if escapes and report.passed and call.when == "call":
        report.outcome, report.longrepr = "failed", _told(escapes)
    if report.failed:
        report.sections += [(f"journal of {name}", text) for name, text in _journals(item)]
    return report


def _journals(item: pytest.Item) -> Iterator[tuple[str, str]]:
    used: Mapping[str, Any] = getattr(item, "funcargs", {})
    for name in ("thoughtly_mock", "thoughtly_asgi"):
        if name in used:
            from thoughtly_mock.testing import journal_text

            yield name, journal_text(used[name].requests)
