"""The verb `refresh`."""

import hashlib
import shlex
from argparse import Namespace

from thoughtly_openapi.discover import discover
from thoughtly_openapi.refresh import Plan, changes_of, compile_problem, plan_add, plan_from, plan_refresh, write
from thoughtly_openapi.report import render_changes
from thoughtly_openapi.text import plain
from thoughtly_openapi.verbs.common import say, workspace_of
from thoughtly_openapi.verbs.rating import demand_rating, verdict
from thoughtly_openapi.workspace import Workspace


def refresh(options: Namespace) -> int:
    """Vendor pages, or say what vendoring them would change."""
    workspace = workspace_of(options)
    if options.discover is not None:
        return _discover(workspace, options)
    demand_rating(workspace, options)
    plan = _plan(workspace, options)
    changes = changes_of(workspace, plan.updates)
    if not options.dry_run:
        write(workspace, plan)
    print(render_changes(changes, options.format))
    _say_what_happened(plan, dry_run=options.dry_run)
    if problem := compile_problem(workspace, plan):
        say(f"the vendored set does not compile with this: {problem}")
    return verdict(changes, options)


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
        say(f"{update.file} ({update.page.operation}): {done}")
    for file in plan.unread:
        say(f"{file}: not re-read, its page has no address; take one with --from FILE")


def _discover(workspace: Workspace, options: Namespace) -> int:
    found = discover(workspace, options.discover or None, timeout=options.timeout)
    for page in found:
        # The line is meant to be pasted, and the address is somebody else's text.
        print(f"{plain(page.title)}\n    scripts/refresh --add {shlex.quote(plain(page.url))}")
    if not found:
        say("every API page that the index lists is vendored")
    return 0
