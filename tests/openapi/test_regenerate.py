"""One command from vendored pages to everything generated."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from thoughtly_openapi.errors import LockError, SpecError
from thoughtly_openapi.regenerate import Difference, check, regenerate
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path("generated_client/thoughtly_client/_generated")
MARK = "Generated from openapi.json by scripts/regenerate; do not edit."


def tree(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("openapi", "generated_client"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    return Workspace(tmp_path)


def test_what_is_committed_is_what_regenerating_gives() -> None:
    assert check(Workspace(ROOT)) == ()


def test_two_runs_give_the_same_bytes(workspace: Workspace) -> None:
    before = tree(workspace.root)
    report = regenerate(workspace)
    assert report.changed == ()
    assert tree(workspace.root) == before


def edit(file: Path) -> None:
    file.write_text(file.read_text() + "# by hand\n")


def remove(file: Path) -> None:
    file.unlink()


def add(file: Path) -> None:
    file.with_name("stray.py").write_text("")


@pytest.mark.parametrize(
    ("change", "named", "kind"),
    [(edit, "client.py", "differs"), (remove, "client.py", "missing"), (add, "stray.py", "unexpected")],
)
def test_check_names_each_generated_file_that_is_not_as_generated(
    workspace: Workspace, change: Callable[[Path], None], named: str, kind: str
) -> None:
    change(workspace.client / "client.py")
    assert check(workspace) == (Difference(CLIENT / named, kind),)  # type: ignore[arg-type]
    assert regenerate(workspace).changed == (Difference(CLIENT / named, kind),)  # type: ignore[arg-type]
    assert check(workspace) == ()


def test_check_names_a_compiled_spec_that_was_edited(workspace: Workspace) -> None:
    workspace.compiled.write_text(workspace.compiled.read_text().replace("Successful", "Happy", 1))
    assert [difference.path.name for difference in check(workspace)] == ["openapi.json"]


def test_a_vendored_file_edited_by_hand_is_named_and_nothing_is_written(workspace: Workspace) -> None:
    edit(workspace.upstream / "contact-call.yaml")
    before = tree(workspace.root)
    for verb in (check, regenerate):
        with pytest.raises(LockError, match=r"contact-call\.yaml"):
            verb(workspace)
    assert tree(workspace.root) == before


def test_an_edited_overlay_changes_the_lock_with_the_outputs(workspace: Workspace) -> None:
    overlay = workspace.overlays[0]
    overlay.write_text(overlay.read_text() + "\n# a remark\n")
    assert check(workspace) == (Difference(Path("openapi/source.lock.json"), "differs"),)
    regenerate(workspace)
    recorded = json.loads(workspace.lock.read_text())["overlays"][overlay.name]
    assert recorded == hashlib.sha256(overlay.read_bytes()).hexdigest()


def test_an_overlay_that_fails_leaves_every_output_as_it_was(workspace: Workspace) -> None:
    (workspace.overlays[0].parent / "zz.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $.nowhere, remove: true}]\n"
    )
    before = tree(workspace.root)
    with pytest.raises(SpecError, match=r"\$\.nowhere"):
        regenerate(workspace)
    assert tree(workspace.root) == before


def test_generated_files_and_no_others_carry_the_mark() -> None:
    generated = [ROOT / CLIENT / name for name in tree(ROOT / CLIENT) if name.endswith(".py")]
    written = [
        file
        for folder in ("openapi", "generated_client", "mock_server", "contract_tests")
        for file in (ROOT / folder).rglob("*.py")
        if ROOT / CLIENT not in file.parents
    ]
    compiled = json.loads((ROOT / "openapi/thoughtly_openapi/openapi.json").read_text())
    assert compiled["x-generated"].endswith("by scripts/regenerate; do not edit.")
    assert generated
    assert not [file for file in generated if not file.read_text().startswith(f"# {MARK}\n")]
    assert not [file for file in written if file.read_text().startswith(f"# {MARK}")]
