"""`openapi/source.lock.json`: where every vendored document came from, and which tools wrote the outputs."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from thoughtly_openapi.documents import to_json
from thoughtly_openapi.errors import LockError
from thoughtly_openapi.workspace import LOCK, Workspace

VERSION = 1
UNKNOWN = "is not in the lock"


@dataclass(frozen=True, slots=True)
class PageLock:
    """Where one vendored document came from."""

    operation: str
    url: str | None
    """The page's address; None when it was vendored from a file, so that it cannot be re-read."""
    retrieved: str
    """The day on which the page was first read in this form, in UTC."""
    page_sha256: str
    document_sha256: str
    fence_line: int | None


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole lock."""

    pages: Mapping[str, PageLock] = field(default_factory=dict)
    """By file name below ``openapi/upstream``."""
    overlays: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each overlay that the outputs were made with."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """Version of each tool that wrote the outputs."""


def read_lock(workspace: Workspace) -> Lock:
    """Read the lock.

    Raises:
        LockError: it cannot be read; the faulty field is named.
    """
    try:
        data = json.loads(workspace.lock.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LockError(f"{LOCK}: cannot be read: {error}") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise LockError(f"{LOCK}: /version: must be {VERSION}")
    pages = {name: _page(name, value) for name, value in _mapping(data, "pages").items()}
    return Lock(pages, _strings(data, "overlays"), _strings(data, "tools"))


def _mapping(data: dict[str, Any], key: str) -> dict[str, Any]:
    if not isinstance(data.get(key), dict):
        raise LockError(f"{LOCK}: /{key}: must be an object")
    value: dict[str, Any] = data[key]
    return value


def _strings(data: dict[str, Any], key: str) -> dict[str, str]:
    for name, value in _mapping(data, key).items():
        if not isinstance(value, str):
            raise LockError(f"{LOCK}: /{key}/{name}: must be a string")
    return _mapping(data, key)


def _page(name: str, value: Any) -> PageLock:
    if "/" in name or not name.endswith(".yaml"):
        raise LockError(f"{LOCK}: /pages/{name}: must be the name of a .yaml file")
    types = get_type_hints(PageLock)
    if not isinstance(value, dict) or value.keys() != types.keys():
        raise LockError(f"{LOCK}: /pages/{name}: must have just the fields {', '.join(types)}")
    for key, kind in types.items():
        if not isinstance(value[key], kind):
            raise LockError(f"{LOCK}: /pages/{name}/{key}: {value[key]!r} is of the wrong type")
    return PageLock(**value)


def render_lock(lock: Lock) -> bytes:
    """Return the lock's bytes, the same for equal locks."""
    pages = {name: asdict(page) for name, page in sorted(lock.pages.items())}
    ordered = {key.name: dict(sorted(getattr(lock, key.name).items())) for key in fields(Lock)}
    return to_json({"version": VERSION, **ordered, "pages": pages})


def verify(workspace: Workspace) -> tuple[str, ...]:
    """Return a sentence for each vendored file that is not what the lock recorded.

    Raises:
        LockError: the lock cannot be read.
    """
    pages = read_lock(workspace).pages
    present = {path.name: path for path in workspace.upstream.glob("*") if path.suffix in {".yaml", ".yml", ".json"}}
    problems = [
        f"openapi/upstream/{name}: {UNKNOWN}: remove it, then vendor its page with scripts/refresh --add"
        for name in present.keys() - pages.keys()
    ]
    problems += [f"openapi/upstream/{name}: is missing" for name in pages.keys() - present.keys()]
    for name in present.keys() & pages.keys():
        if sha256(present[name]) != pages[name].document_sha256:
            problems.append(
                f"openapi/upstream/{name}: is not what was vendored; it is upstream's word and never edited:"
                " restore it with git, or vendor the page anew with scripts/refresh"
            )
    return tuple(sorted(problems))


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def with_outputs(lock: Lock, workspace: Workspace, tools: Mapping[str, str]) -> Lock:
    """Return ``lock`` with the overlays as they are now, and with ``tools``."""
    return replace(lock, overlays={path.name: sha256(path) for path in workspace.overlays}, tools=dict(tools))


def record_outputs(workspace: Workspace, tools: Mapping[str, str]) -> None:
    """Write down the overlays and tools that the outputs were made with."""
    write_files({workspace.lock: render_lock(with_outputs(read_lock(workspace), workspace, tools))})


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Replace files, each at once, in the order given; those that hold the same already are left alone.

    All new contents are on disk, beside their places, before the first file is replaced.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            if not path.exists() or path.read_bytes() != content:
                staged[path] = _stage(path, content)
        for path, temporary in staged.items():
            temporary.replace(path)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _stage(path: Path, content: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
