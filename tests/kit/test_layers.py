"""Who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MAY_IMPORT = {
    "openapi/thoughtly_openapi": set[str](),
    "generated_client/thoughtly_client": set[str](),
    "mock_server/thoughtly_mock": {"thoughtly_openapi"},
    "contract_tests/thoughtly_contract": {"thoughtly_openapi", "thoughtly_client", "thoughtly_mock"},
}
# Within a function, where what it needs may be missing: which file, what, and why.
EXCEPTIONS = {
    ("loopback_only.py", "thoughtly_client"): "keeps the clients of a test run on this machine",
    ("sources.py", "thoughtly_openapi.compile"): "compiles a checkout anew when it changed",
    ("sources.py", "thoughtly_openapi.errors"): "compiles a checkout anew when it changed",
    ("sources.py", "thoughtly_openapi.workspace"): "compiles a checkout anew when it changed",
}
PACKAGES = {Path(folder).name for folder in MAY_IMPORT}


def imported_packages(folder: Path) -> dict[str, Path]:
    """Return each package of the kit, and `scripts`, that a file below ``folder`` imports, with one such file."""
    found = {}
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in module_names(node):
                if (file.name, name) not in EXCEPTIONS:
                    found[name.split(".")[0]] = file
    return {name: file for name, file in found.items() if name in PACKAGES | {"scripts"} and name != folder.name}


def module_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_package_imports_only_the_layers_above_it(folder: str) -> None:
    imported = imported_packages(ROOT / folder)
    assert set(imported) <= MAY_IMPORT[folder], imported


def test_the_mock_reads_the_spec_through_the_loader_alone() -> None:
    """The mock needs none of the pipeline's dependencies."""
    for file in (ROOT / "mock_server").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for name in module_names(node):
                excepted = name == "thoughtly_openapi.loader" or (file.name, name) in EXCEPTIONS
                assert not name.startswith("thoughtly_openapi.") or excepted, file


def test_exceptions_are_imported_by_functions_alone() -> None:
    """Whoever imports the module needs nothing of it."""
    for file_name, wanted in EXCEPTIONS:
        (file,) = (ROOT / "mock_server").rglob(file_name)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        everywhere = [name for node in ast.walk(tree) for name in module_names(node)]
        at_the_top = [name for node in tree.body for name in module_names(node)]
        assert wanted in everywhere
        assert wanted not in at_the_top


def test_the_import_check_sees_an_import_that_is_not_allowed(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def f():\n    from thoughtly_mock.magic import X\n")
    assert set(imported_packages(tmp_path)) == {"thoughtly_mock"}
