"""Vendoring pages: plan what would be written, show what it changes, then write all of it or nothing."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from thoughtly_openapi.changes import Change, compare
from thoughtly_openapi.compile import compile_documents
from thoughtly_openapi.documents import parse, parse_file
from thoughtly_openapi.errors import LockError, PageError, SpecError
from thoughtly_openapi.fetch import Source, read
from thoughtly_openapi.lock import UNKNOWN, Lock, PageLock, read_lock, render_lock, verify, write_files
from thoughtly_openapi.merge import merge
from thoughtly_openapi.naming import snake_case
from thoughtly_openapi.page import Page, extract
from thoughtly_openapi.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Update:
    """One page that was read, and the vendored file that it belongs in."""

    file: str
    page: Page
    before: bytes | None
    """The vendored document as it is; None for a new one."""
    entry: PageLock

    @property
    def changes_document(self) -> bool:
        """Whether the vendored document would change."""
        return self.before != self.page.document


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a refresh would write."""

    lock: Lock
    updates: tuple[Update, ...]
    unread: tuple[str, ...] = ()
    """Vendored files whose page has no address, so that it could not be re-read."""

    @property
    def new_lock(self) -> Lock:
        """The lock after the refresh."""
        return replace(self.lock, pages={**self.lock.pages, **{update.file: update.entry for update in self.updates}})


def plan_refresh(workspace: Workspace, *, timeout: float) -> Plan:
    """Re-read every page of the lock that has an address.

    Raises:
        SpecError: a page cannot be read or is refused; then none is taken.
    """
    lock = _intact_lock(workspace)
    updates = []
    for file, entry in sorted(lock.pages.items()):
        if entry.url is not None:
            source = read(entry.url, timeout=timeout)
            page = extract(source.data, source.name)
            if page.operation != entry.operation:
                raise PageError(f"{entry.url}: describes {page.operation}, but {file} is {entry.operation}")
            updates.append(_update(workspace, lock, file, page, source))
    unread = tuple(file for file, entry in sorted(lock.pages.items()) if entry.url is None)
    return Plan(lock, tuple(updates), unread)


def plan_from(workspace: Workspace, place: str, *, timeout: float) -> Plan:
    """Take the page at ``place`` for the vendored operation that it describes.

    Raises:
        SpecError: it cannot be read, is refused, or describes an operation that is not vendored.
    """
    lock, source = _intact_lock(workspace), read(place, timeout=timeout)
    page = extract(source.data, source.name)
    file = _vendored_as(lock, page.operation)
    if file is None:
        raise PageError(f"{source.name}: {page.operation} is not vendored yet: vendor it with --add")
    return Plan(lock, (_update(workspace, lock, file, page, source),))


def plan_add(workspace: Workspace, place: str, *, timeout: float) -> Plan:
    """Vendor the page at ``place`` as a further operation.

    Raises:
        SpecError: it cannot be read, is refused, is vendored already, or contradicts what is vendored.
    """
    lock, source = _intact_lock(workspace), read(place, timeout=timeout)
    page = extract(source.data, source.name)
    if file := _vendored_as(lock, page.operation):
        raise PageError(f"{source.name}: {page.operation} is vendored already, as {file}: take this page with --from")
    plan = Plan(lock, (_update(workspace, lock, file_name(lock, page.operation), page, source),))
    merge(documents_after(workspace, plan))
    return plan


def _intact_lock(workspace: Workspace) -> Lock:
    lock = read_lock(workspace)
    if unknown := [problem for problem in verify(workspace) if UNKNOWN in problem]:
        raise LockError("; ".join(unknown))
    return lock


def _vendored_as(lock: Lock, operation: str) -> str | None:
    return next((file for file, entry in lock.pages.items() if entry.operation == operation), None)


def _update(workspace: Workspace, lock: Lock, file: str, page: Page, source: Source) -> Update:
    known = lock.pages.get(file)
    entry = PageLock(
        operation=page.operation,
        url=source.url or (known.url if known else None),
        retrieved=known.retrieved if known and known.page_sha256 == page.page_sha256 else _today(),
        page_sha256=page.page_sha256,
        document_sha256=page.document_sha256,
        fence_line=page.fence_line,
    )
    vendored = workspace.upstream / file
    return Update(file, page, vendored.read_bytes() if vendored.exists() else None, entry)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def file_name(lock: Lock, operation: str) -> str:
    """Return the name of the file for a further operation: ``POST /contact/call`` is ``contact-call.yaml``."""
    method, path = operation.split(" ", 1)
    words = [] if method == "POST" else [method.lower()]
    words += [snake_case(segment).replace("_", "-") for segment in path.split("/") if snake_case(segment)]
    name = "-".join(words)[:80] or "root"
    if f"{name}.yaml" in lock.pages:
        name += "-" + hashlib.sha256(operation.encode()).hexdigest()[:8]
    return f"{name}.yaml"


def documents_after(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Return every vendored document, parsed, as it would be after the refresh."""
    documents = {
        file: parse_file(workspace.upstream / file) for file in plan.lock.pages if (workspace.upstream / file).exists()
    }
    return documents | {update.file: update.page.parsed for update in plan.updates}


def compile_problem(workspace: Workspace, plan: Plan) -> str | None:
    """Return why the vendored set would not compile after the refresh, or None."""
    try:
        overlays = {path.name: parse_file(path) for path in workspace.overlays}
        compile_documents(documents_after(workspace, plan), overlays)
    except SpecError as error:
        return str(error)
    return None


def changes_of(workspace: Workspace, updates: Sequence[Update]) -> tuple[Change, ...]:
    """Return what the updates change for callers.

    Raises:
        ToolError: the rating tool failed.
    """
    return tuple(
        change
        for update in updates
        if update.changes_document
        for change in compare(workspace, update.file, _parsed(update), update.page.parsed)
    )


def _parsed(update: Update) -> Mapping[str, Any] | None:
    if update.before is None:
        return None
    parsed: Mapping[str, Any] = parse(update.before.decode(), update.file)
    return parsed


def write(workspace: Workspace, plan: Plan) -> None:
    """Write every document of the plan, then the lock.

    A crash in between leaves documents that the lock check names.

    Raises:
        LockError: another refresh has changed the lock since the plan was made; nothing was written.
    """
    with _exclusive(workspace):
        if read_lock(workspace) != plan.lock:
            raise LockError("another refresh changed openapi/source.lock.json meanwhile; run this one again")
        documents = {workspace.upstream / update.file: update.page.document for update in plan.updates}
        write_files({**documents, workspace.lock: render_lock(plan.new_lock)})


@contextmanager
def _exclusive(workspace: Workspace) -> Iterator[None]:
    folder = os.open(workspace.upstream, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
