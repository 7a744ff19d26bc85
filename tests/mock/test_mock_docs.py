"""The examples of the mock's manual run, and its pages know each other."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from thoughtly_mock.__main__ import main
from thoughtly_mock.console import Console
from thoughtly_mock.control.document import control_document
from thoughtly_mock.store import MemoryStore
from thoughtly_mock.testing import ThoughtlyMock, served_mock
from thoughtly_openapi.loader import load_spec, operations

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(page for page in DOCS.glob("*.md") if page.name.startswith(("mock", "doctor")))
DEFAULT_URL = "http://127.0.0.1:8000"


def examples(language: str, having: str = "") -> list[ParameterSet]:
    """Return the blocks of the manual in one language."""
    found = []
    for page in PAGES:
        for block in re.findall(
            rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            if having in block:
                found.append(pytest.param(block, id=f"{page.stem}-{len(found)}"))
    return found


@pytest.fixture(scope="module")
def mock() -> Iterator[ThoughtlyMock]:
    with served_mock() as served:
        yield served


@pytest.mark.parametrize("example", examples("python"))
def test_an_example_in_python_runs(example: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("example", examples("bash", having="curl "))
def test_an_example_with_curl_gets_what_it_asks_for(example: str, mock: ThoughtlyMock, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    script = f"set -euo pipefail\n{example.replace(DEFAULT_URL, mock.url)}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert not re.search(r'"status": ?40[34]', done.stdout)


@pytest.mark.parametrize("example", examples("yaml"))
def test_an_example_of_a_scenario_file_can_be_played(example: str, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_text(example, encoding="utf-8")
    console = Console(MemoryStore(), load_spec())
    console.load(file)
    assert console.scenarios or console.faults


def test_every_option_of_the_command_is_in_the_manual(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    page = (DOCS / "mock.md").read_text(encoding="utf-8")
    assert options
    assert [option for option in sorted(options) if f"`{option}" not in page and f" {option} " not in page] == []


def test_every_operation_of_the_control_plane_is_in_the_manual() -> None:
    page = (DOCS / "mock-witness.md").read_text(encoding="utf-8")
    assert {f"{operation.path}`" for operation in operations(control_document(load_spec()))} <= set(
        re.findall(r"/_mock/\w+`", page)
    )


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([\w-]+\.md)?(?:#([\w-]+))?\)", page.read_text(encoding="utf-8")):
        linked = DOCS / target if target else page
        assert linked.is_file(), target
        text = linked.read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        slugs = set(re.findall(r'<a id="([\w-]+)">', text)) | {
            re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings
        }
        assert not anchor or anchor in slugs, f"{target}#{anchor}"
