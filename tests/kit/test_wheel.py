"""What the wheel holds, and what installing it brings."""

import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("openapi", "generated_client", "mock_server", "contract_tests")


def package_files() -> set[str]:
    """Every file of the packages that git knows or could know, by its path in the wheel."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *(f"{f}/thoughtly_*" for f in FOLDERS)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {name.split("/", 1)[1] for name in listed.stdout.splitlines() if (ROOT / name).exists()}


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    metadata = {name for name in names if ".dist-info/" in name}
    assert names - metadata == package_files()
    assert {name.split("/")[1] for name in metadata} == {"METADATA", "RECORD", "WHEEL", "entry_points.txt"}


@pytest.mark.parametrize(
    "name",
    [
        "thoughtly_openapi/openapi.json",
        "thoughtly_client/_generated/models/__init__.py",
        *(f"thoughtly_{package}/py.typed" for package in ("openapi", "client", "mock", "contract")),
    ],
)
def test_the_wheel_holds(wheel: Path, name: str) -> None:
    assert name in zipfile.ZipFile(wheel).namelist()


def test_base_dependencies_are_those_of_the_client_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [requirement.split(">")[0] for requirement in project["dependencies"]] == ["attrs", "httpx"]
