"""The two pages that people look at, in a real browser that reaches this machine alone."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from thoughtly_openapi.redocly import redocly_available
from thoughtly_openapi.reference import build_reference
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--virtual-time-budget=10000",
)

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium: get it with apt-get install chromium")


@pytest.fixture(scope="module")
def mock_address(announced_address: Callable[[subprocess.Popen[str]], str]) -> Iterator[str]:
    command = [sys.executable, "-m", "thoughtly_mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield announced_address(process)
        finally:
            process.terminate()


def shown(address: str, folder: Path) -> tuple[str, set[str]]:
    """Return the page as the browser shows it, and the hosts that it asked for, beside what the browser itself asks."""
    page, hosts = opened(address, folder / "page")
    return page, hosts - opened("about:blank", folder / "blank")[1]


def opened(address: str, folder: Path) -> tuple[str, set[str]]:
    folder.mkdir()
    log = folder / "net.json"
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    asked = re.findall(r'"url":"([^"]+)"', log.read_text(errors="replace"))
    return done.stdout, {urlsplit(url).hostname or "" for url in asked if url.startswith(("http", "ws"))}


def test_the_mocks_page_shows_every_operation_and_sends_to_the_mock_alone(mock_address: str, tmp_path: Path) -> None:
    page, hosts = shown(f"{mock_address}/docs", tmp_path)
    assert "/contact<wbr>/call" in page or "/contact/call" in page
    assert "/ - This mock" in page
    assert "api.thoughtly.com" not in page
    assert hosts == {"127.0.0.1"}


def test_the_reference_page_needs_no_network(tmp_path: Path) -> None:
    workspace = Workspace(ROOT)
    if not redocly_available(workspace):
        pytest.skip("no node with the pinned Redocly: the reference page is not made")
    made = build_reference(workspace.compiled, workspace)
    page, hosts = shown(f"file://{made}", tmp_path)
    assert "/contact/call" in page
    assert hosts == set()
