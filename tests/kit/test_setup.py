"""Set-up says in one line what is missing and how to get it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What the script itself calls; a machine without node or Python has these.
TOOLS = ("bash", "cat", "cksum", "dirname", "env", "grep", "readlink", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up reads, and nothing else: no environment has been made yet."""
    for name in ("scripts/setup", "pyproject.toml", "requirements/dev.txt", "package.json", "package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path


def machine_with(folder: Path, *programs: Path) -> dict[str, str]:
    """Return the environment of a machine on which only ``programs`` and basic tools are found."""
    folder.mkdir()
    found = [Path(path) for tool in TOOLS if (path := shutil.which(tool))]
    for program in [*found, *programs]:
        (folder / program.name).symlink_to(program)
    return {"PATH": str(folder), "HOME": str(folder)}


def set_up(checkout: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("bash") or "bash", str(checkout / "scripts" / "setup")]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def fake_python(folder: Path, body: str) -> Path:
    folder.mkdir()
    program = folder / "python3"
    program.write_text(f"#!{shutil.which('bash')}\n{body}\n")
    program.chmod(0o755)
    return program


def test_no_python_at_all(checkout: Path, tmp_path: Path) -> None:
    done = set_up(checkout, machine_with(tmp_path / "bin"))
    assert done.returncode == 2
    assert done.stderr == (
        "setup: no Python >= 3.11; get one with: apt-get install python3 python3-venv (Debian 12 or later),"
        " or point PYTHON at one\n"
    )


def test_only_an_old_python(checkout: Path, tmp_path: Path) -> None:
    old = fake_python(tmp_path / "old", "exit 1  # what the version check of an old one gives")
    done = set_up(checkout, machine_with(tmp_path / "bin", old))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no Python >= 3.11; get one with: " in done.stderr


def test_a_python_without_the_venv_module(checkout: Path, tmp_path: Path) -> None:
    bare = fake_python(tmp_path / "bare", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    done = set_up(checkout, machine_with(tmp_path / "bin", bare))
    assert done.returncode == 2
    assert done.stderr.endswith("has no venv module; get it with: apt-get install python3-venv\n")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_no_node_is_told_and_set_up_goes_on(checkout: Path, tmp_path: Path) -> None:
    """The Python of this machine does nothing, successfully: only node is in question."""
    fast = fake_python(tmp_path / "made", "exit 0")
    environment = machine_with(tmp_path / "bin", fast)
    pip = checkout / ".venv" / "bin"
    pip.mkdir(parents=True)
    (pip / "python").symlink_to(fast)
    done = set_up(checkout, environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == (
        "setup: no node >= 20.19 with npm: Prism, the reference page and the change report are skipped;"
        " get it with: apt-get install nodejs npm (Debian 13 or later)"
    )


def test_what_is_set_up_is_left_alone() -> None:
    done = subprocess.run([ROOT / "scripts" / "setup"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    assert "making" not in done.stderr
    assert "installing" not in done.stderr
