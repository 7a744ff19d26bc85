"""The README's commands and examples run as they stand there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WRITTEN_ADDRESS = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every command line of the README's console blocks, continuation lines included."""
    lines = "".join(blocks("console")).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


SERVES = "scripts/mock"
IS_RUNNING_THIS = "scripts/test"
SHORT_COMMANDS = [command for command in commands() if command not in {SERVES, IS_RUNNING_THIS}]


@pytest.fixture(scope="module")
def mock_address(announced_address: Callable[[subprocess.Popen[str]], str]) -> Iterator[str]:
    """The README's first command, on a free port; yields the address it announces."""
    command = [ROOT / SERVES, "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield announced_address(process)
        finally:
            process.terminate()


def test_the_readme_starts_with_two_commands() -> None:
    assert commands()[:2] == [SERVES, IS_RUNNING_THIS]


@pytest.mark.parametrize("command", SHORT_COMMANDS)
def test_a_command_of_the_readme_runs(command: str, mock_address: str) -> None:
    here = command.replace(WRITTEN_ADDRESS, mock_address)
    done = subprocess.run(["bash", "-c", here], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    assert '"error": {' not in done.stdout, done.stdout


@pytest.mark.parametrize("example", [block for block in blocks("python") if "def test_" not in block])
def test_a_python_example_of_the_readme_runs(example: str, mock_address: str) -> None:
    here = example.replace(WRITTEN_ADDRESS, mock_address)
    done = subprocess.run([sys.executable, "-W", "error", "-c", here], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("example", [block for block in blocks("python") if "def test_" in block])
def test_a_test_of_the_readme_passes(example: str, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_example=example)
    pytester.runpytest_subprocess().assert_outcomes(passed=example.count("def test_"))


def test_every_page_that_the_readme_links_to_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if not link.startswith("http")]
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_every_script_is_named_in_the_manual_and_can_be_run() -> None:
    manual = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for script in sorted((ROOT / "scripts").iterdir()):
        if script.is_file():
            assert f"scripts/{script.name}" in manual, script.name
            assert shutil.which(str(script)), script.name
