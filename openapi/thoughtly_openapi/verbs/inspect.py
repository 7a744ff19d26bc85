"""The verbs that print or check documents and change nothing."""

import sys
from argparse import Namespace
from pathlib import Path

from thoughtly_openapi import lock
from thoughtly_openapi.changes import compare
from thoughtly_openapi.compile import compile_workspace, render
from thoughtly_openapi.documents import parse_file, to_json
from thoughtly_openapi.errors import LockError
from thoughtly_openapi.fetch import read
from thoughtly_openapi.overlay import apply
from thoughtly_openapi.page import extract as extract_page
from thoughtly_openapi.report import render_changes
from thoughtly_openapi.verbs.common import workspace_of
from thoughtly_openapi.verbs.rating import demand_rating, verdict
from thoughtly_openapi.workspace import LOCK, Workspace


def compile(options: Namespace) -> int:  # noqa: A001 - the verb's name
    """Print the compiled spec."""
    sys.stdout.write(render(compile_workspace(workspace_of(options))).decode())
    return 0


def verify(options: Namespace) -> int:
    """Check the vendored files against the lock."""
    if problems := lock.verify(workspace_of(options)):
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
    workspace = workspace_of(options) if options.root or _in_checkout() else Workspace(Path.cwd())
    demand_rating(workspace, options)
    base, revision = Path(options.base), Path(options.revision)
    found = compare(workspace, revision.name, parse_file(base), parse_file(revision))
    print(render_changes(found, options.format))
    return verdict(found, options)


def _in_checkout() -> bool:
    here = Path.cwd()
    return any((folder / LOCK).is_file() for folder in (here, *here.parents))
