"""From the vendored documents to every output: compiled spec, client, reference page.

Outputs are made in a staging folder first, and committed files are replaced only when all of them are there:
a failure leaves everything as it was. `check` makes the same outputs and compares them instead.
"""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from thoughtly_openapi.compile import compile_workspace, render
from thoughtly_openapi.errors import LockError
from thoughtly_openapi.generate_client import generate
from thoughtly_openapi.lock import read_lock, record_outputs, verify, with_outputs
from thoughtly_openapi.reference import build_reference
from thoughtly_openapi.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Difference:
    """One committed file that is not what regenerating gives."""

    path: Path
    """Relative to the project root."""
    kind: Literal["differs", "missing", "unexpected"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a regeneration did."""

    changed: tuple[Difference, ...]
    reference: Path | None
    """The reference page, or None where node is missing."""


@dataclass(frozen=True, slots=True)
class _Staged:
    """Freshly made outputs, beside the place where they belong."""

    compiled: Path
    client: Path
    tools: Mapping[str, str]

    def pairs(self, workspace: Workspace) -> tuple[tuple[Path, Path], ...]:
        return (self.compiled, workspace.compiled), (self.client, workspace.client)


def regenerate(workspace: Workspace) -> Report:
    """Write every output anew from the vendored documents and overlays.

    Raises:
        SpecError: the inputs are not what was vendored, do not compile, or a tool failed; nothing was replaced.
    """
    with _staging(workspace) as folder, ThreadPoolExecutor(max_workers=1) as pool:
        compiled = _compile(workspace, folder)
        page = pool.submit(build_reference, compiled, workspace)
        staged = _generate(compiled, folder)
        reference = page.result()
        changed = tuple(_differences(workspace, staged))
        for fresh, place in staged.pairs(workspace):
            _swap(fresh, place, folder)
        record_outputs(workspace, staged.tools)
    return Report(changed, reference)


def check(workspace: Workspace) -> tuple[Difference, ...]:
    """Return every committed file that differs from a fresh regeneration, files that do not belong included.

    Raises:
        SpecError: as for `regenerate`.
    """
    with _staging(workspace) as folder:
        return tuple(_differences(workspace, _generate(_compile(workspace, folder), folder)))


@contextmanager
def _staging(workspace: Workspace) -> Iterator[Path]:
    # Inside the checkout: a rename must not cross file systems.
    build = workspace.root / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="regenerate-", dir=build) as folder:
        yield Path(folder)


def _compile(workspace: Workspace, folder: Path) -> Path:
    if problems := verify(workspace):
        raise LockError("\n".join(problems))
    compiled = folder / workspace.compiled.name
    compiled.write_bytes(render(compile_workspace(workspace)))
    return compiled


def _generate(compiled: Path, folder: Path) -> _Staged:
    client = folder / "client"
    return _Staged(compiled, client, generate(compiled, client))


def _differences(workspace: Workspace, staged: _Staged) -> Iterator[Difference]:
    for fresh, place in staged.pairs(workspace):
        wanted, found = _files(fresh), _files(place)
        for name in sorted(wanted.keys() | found.keys()):
            if kind := _compare(wanted.get(name), found.get(name)):
                yield Difference((place / name).relative_to(workspace.root), kind)
    recorded = read_lock(workspace)
    if recorded != with_outputs(recorded, workspace, staged.tools):
        yield Difference(workspace.lock.relative_to(workspace.root), "differs")


def _compare(wanted: bytes | None, found: bytes | None) -> Literal["differs", "missing", "unexpected"] | None:
    if wanted == found:
        return None
    return "missing" if found is None else "unexpected" if wanted is None else "differs"


def _files(place: Path) -> dict[Path, bytes]:
    if place.is_file():
        return {Path(): place.read_bytes()}
    return {
        file.relative_to(place): file.read_bytes()
        for file in place.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def _swap(fresh: Path, place: Path, folder: Path) -> None:
    if place.exists():
        place.rename(folder / f"old-{place.name}")
    fresh.rename(place)
