"""Installing the wheel into a clean environment, outside the checkout."""

import os
import shutil
import subprocess
import tomllib
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "thoughtly-kit"
Announced = Callable[[subprocess.Popen[str]], str]


def closure(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """Return what installing ``name`` with ``extras`` needs, by the metadata of this environment."""
    found: set[str] = set()
    todo = [(canonicalize_name(name), extras)]
    while todo:
        current, wanted = todo.pop()
        for requirement in map(Requirement, distribution(current).requires or ()):
            applies = any(
                requirement.marker is None or requirement.marker.evaluate({"extra": e}) for e in wanted | {""}
            )
            key = canonicalize_name(requirement.name)
            if applies and (key not in found or requirement.extras):
                found.add(key)
                todo.append((key, frozenset(requirement.extras)))
    return found - {DISTRIBUTION}


@dataclass(frozen=True)
class Installed:
    """A clean environment with the wheel in it."""

    folder: Path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = self.folder / "bin" / command
        return subprocess.run(
            [program, *arguments], cwd=self.folder, env=clean_environment(), capture_output=True, text=True
        )

    @property
    def packages(self) -> set[str]:
        listed = self.run("python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check").stdout
        return {canonicalize_name(line.split("==")[0]) for line in listed.splitlines()} - {"pip", "setuptools"}


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def install(wheel: Path, folder: Path, extra: str) -> Installed:
    venv.create(folder, with_pip=True)
    installed = Installed(folder)
    done = installed.run("python", "-m", "pip", "install", "--quiet", f"{wheel}{extra}")
    assert done.returncode == 0, done.stderr
    return installed


@pytest.mark.parametrize("extra", ["", "mock", "contract", "openapi"])
def test_an_extra_brings_its_own_dependencies_and_no_others(
    wheel: Path, tmp_path: Path, announced_address: Announced, extra: str
) -> None:
    installed = install(wheel, tmp_path / "env", f"[{extra}]" if extra else "")
    assert installed.packages - {DISTRIBUTION} == closure(DISTRIBUTION, frozenset({extra} - {""}))
    commands[extra](installed, announced_address)


def the_client_imports(installed: Installed, _announced: Announced) -> None:
    done = installed.run("python", "-W", "error", "-c", "from thoughtly_client import Thoughtly; print(Thoughtly)")
    assert done.returncode == 0, done.stderr
    for command, needed in (("thoughtly-mock", "mock"), ("thoughtly-contract", "contract")):
        refused = installed.run(command)
        assert refused.returncode == 2
        assert f"pip install 'thoughtly-kit[{needed}]'" in refused.stderr
        assert "Traceback" not in refused.stderr


@contextmanager
def serving(installed: Installed, announced_address: Announced) -> Iterator[str]:
    """Run the installed mock on a free port; yield its address."""
    command = [installed.folder / "bin" / "thoughtly-mock", "--port", "0"]
    environment = clean_environment() | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=installed.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield announced_address(process)
        finally:
            process.terminate()


def the_mock_answers(installed: Installed, announced_address: Announced) -> None:
    with serving(installed, announced_address) as url:
        answer = httpx.get(f"{url}/openapi.json", trust_env=False)
    assert answer.status_code == 200
    assert "/contact/call" in answer.json()["paths"]
    the_sample_project_passes(installed)


def the_sample_project_passes(installed: Installed) -> None:
    """A project of its own, whose tests use the pytest plugin, in two workers."""
    project = shutil.copytree(ROOT / "tests" / "sample_project", installed.folder / "sample_project")
    needs = tomllib.loads((project / "pyproject.toml").read_text())["dependency-groups"]["test"]
    tools = [need for need in needs if not need.startswith(DISTRIBUTION)]
    done = installed.run("python", "-m", "pip", "install", "--quiet", *tools)
    assert done.returncode == 0, done.stderr
    done = installed.run("python", "-m", "pytest", "-n", "2", "--rootdir", str(project), str(project))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


def the_checks_pass_on_the_mock(installed: Installed, _announced: Announced) -> None:
    done = installed.run("thoughtly-contract", "--target", "mock", "--max-examples", "5")
    assert done.returncode == 0, done.stdout + done.stderr


def the_pipeline_prints_its_help(installed: Installed, _announced: Announced) -> None:
    done = installed.run("thoughtly-openapi", "--help")
    assert done.returncode == 0, done.stderr
    assert "refresh" in done.stdout


commands = {
    "": the_client_imports,
    "mock": the_mock_answers,
    "contract": the_checks_pass_on_the_mock,
    "openapi": the_pipeline_prints_its_help,
}
