"""The verbs of `thoughtly-openapi`: each takes the parsed options, prints its result and returns the exit code."""

import hashlib
import re
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from thoughtly_openapi import lock
from thoughtly_openapi.changes import Change, Impact, can_rate, compare
from thoughtly_openapi.compile import compile_workspace, render
from thoughtly_openapi.discover import discover
from thoughtly_openapi.documents import parse_file, to_json
from thoughtly_openapi.errors import LockError, ToolError
from thoughtly_openapi.fetch import read
from thoughtly_openapi.overlay import apply
from thoughtly_openapi.page import extract as extract_page
from thoughtly_openapi.refresh import Plan, changes_of, compile_problem, plan_add, plan_from, plan_refresh, write
from thoughtly_openapi.report import plain, render_changes
from thoughtly_openapi.workspace import LOCK, Workspace

THRESHOLDS = {"any": Impact.PATCH, "additive": Impact.MINOR, "breaking": Impact.MAJOR}
NO_NODE = "no node, or no node_modules: install node 20.19 and run scripts/setup"
NO_RATING = f"changes cannot be rated here: {NO_NODE}"


def refresh(options: Namespace) -> int:
    """Vendor pages, or say what vendoring them would change."""
    workspace = _workspace(options)
    if options.discover is not None:
        return _discover(workspace, options)
    _demand_rating(workspace, options)
    plan = _plan(workspace, options)
    changes = changes_of(workspace, plan.updates)
    if not options.dry_run:
        write(workspace, plan)
    print(render_changes(changes, options.format))
    _say_what_happened(plan, dry_run=options.dry_run)
    if problem := compile_problem(workspace, plan):
        _say(f"the vendored set does not compile with this: {problem}")
    return _verdict(changes, options)


def _plan(workspace: Workspace, options: Namespace) -> Plan:
    if options.add:
        return plan_add(workspace, options.add, timeout=options.timeout)
    if options.source:
        return plan_from(workspace, options.source, timeout=options.timeout)
    return plan_refresh(workspace, timeout=options.timeout)


def _say_what_happened(plan: Plan, *, dry_run: bool) -> None:
    verb = "would write" if dry_run else "wrote"
    for update in plan.updates:
        before = hashlib.sha256(update.before).hexdigest()[:12] if update.before else "new"
        done = f"{verb}: {before} -> {update.page.document_sha256[:12]}" if update.changes_document else "unchanged"
        _say(f"{update.file} ({update.page.operation}): {done}")
    for file in plan.unread:
        _say(f"{file}: not re-read, its page has no address; take one with --from FILE")


def _discover(workspace: Workspace, options: Namespace) -> int:
    found = discover(workspace, options.discover or None, timeout=options.timeout)
    for page in found:
        # The line is meant to be pasted, and the address is somebody else's text.
        print(f"{plain(page.title)}\n    scripts/refresh --add {shlex.quote(plain(page.url))}")
    if not found:
        _say("every API page that the index lists is vendored")
    return 0


def regenerate(options: Namespace) -> int:
    """Write every output anew, or with ``--check`` compare it with what is committed."""
    from thoughtly_openapi import regenerate as pipeline

    workspace = _workspace(options)
    if options.check:
        differences = pipeline.check(workspace)
        for difference in differences:
            print(f"{difference.path}: {difference.kind}")
        if not differences:
            print("every generated file is current")
        return 1 if differences else 0
    report = pipeline.regenerate(workspace)
    for difference in report.changed:
        print(f"{difference.path}: {'removed' if difference.kind == 'unexpected' else 'written'}")
    print("everything else was current" if report.changed else "everything was current")
    _say(f"reference page: {report.reference or f'skipped: {NO_NODE}'}")
    return 0


def compile(options: Namespace) -> int:  # noqa: A001 - the verb's name
    """Print the compiled spec."""
    sys.stdout.write(render(compile_workspace(_workspace(options))).decode())
    return 0


def verify(options: Namespace) -> int:
    """Check the vendored files against the lock."""
    if problems := lock.verify(_workspace(options)):
        raise LockError("; ".join(problems))
    return 0


def extract(options: Namespace) -> int:
    """Print the document of a page."""
    source = read(options.page, timeout=options.timeout)
    sys.stdout.buffer.write(extract_page(source.data, source.name).document)
    return 0


def overlay(options: Namespace) -> int:
    """Apply overlays to a document and print the result."""
    document = parse_file(Path(options.spec))
    for path in map(Path, options.overlays):
        document = apply(document, parse_file(path), path.name)
    sys.stdout.write(to_json(document).decode())
    return 0


def changes(options: Namespace) -> int:
    """Rate the changes between two documents."""
    # Outside a checkout there is no pinned rating tool, and changes are listed unrated.
    workspace = _workspace(options) if options.root or _in_checkout() else Workspace(Path.cwd())
    _demand_rating(workspace, options)
    base, revision = Path(options.base), Path(options.revision)
    found = compare(workspace, revision.name, parse_file(base), parse_file(revision))
    print(render_changes(found, options.format))
    return _verdict(found, options)


def _in_checkout() -> bool:
    here = Path.cwd()
    return any((folder / LOCK).is_file() for folder in (here, *here.parents))


def _workspace(options: Namespace) -> Workspace:
    return Workspace.find(Path(options.root) if options.root else None)


def _demand_rating(workspace: Workspace, options: Namespace) -> None:
    if can_rate(workspace):
        return
    if options.fail_on != "none":
        raise ToolError(f"--fail-on {options.fail_on}: {NO_RATING}")
    _say(NO_RATING)


def _verdict(found: Sequence[Change], options: Namespace) -> int:
    threshold = THRESHOLDS.get(options.fail_on)
    return 1 if threshold and any((change.impact or Impact.PATCH) >= threshold for change in found) else 0


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


def printable(text: str) -> str:
    """Return ``text`` without control characters other than line ends."""
    return "\n".join(plain(line) for line in re.split(r"\r?\n", text))
