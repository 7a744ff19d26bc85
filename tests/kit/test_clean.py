"""What no commit may hold."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_the_node_lock_carries_hashes_and_no_download_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_every_locked_python_package_carries_a_hash_and_no_address() -> None:
    text = (ROOT / "requirements" / "dev.txt").read_text()
    for requirement in re.split(r"\n(?=\S)", text.replace("\\\n", " ")):
        if "==" in requirement.split("#")[0]:
            assert "--hash=sha256:" in requirement, requirement
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)


@pytest.mark.parametrize("pattern", [r"(?<![\w.~-])/(root|work|home)/\w", r"pypi\.(org|python)", r"registry\.npm"])
def test_no_tracked_file_names_a_machine_path_or_a_registry(pattern: str) -> None:
    for file in tracked_files():
        if file != Path(__file__):
            assert not re.search(pattern.encode(), file.read_bytes()), file
