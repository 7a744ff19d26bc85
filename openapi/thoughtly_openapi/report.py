"""Rendering changes: a table for the terminal, JSON, or Markdown. Text of pages is shown without control characters."""

import io
import json
import re
from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from thoughtly_openapi.changes import Change
from thoughtly_openapi.text import plain

Format = Literal["table", "json", "markdown"]
FORMATS: tuple[Format, ...] = ("table", "json", "markdown")
UNRATED = "unrated"


def impact(change: Change) -> str:
    """How a change is rated, in one word."""
    return change.impact.name.lower() if change.impact else UNRATED


def render_changes(changes: Sequence[Change], style: Format) -> str:
    """Render changes, the gravest first."""
    ordered = sorted(changes, key=lambda change: (-(change.impact or 0), change.file, change.pointer))
    return {"table": _table, "json": _json, "markdown": _markdown}[style](ordered)


def _table(changes: Sequence[Change]) -> str:
    if not changes:
        return "No changes."
    table = Table("impact", "file", "pointer", "change")
    for change in changes:
        table.add_row(*(Text(plain(cell), overflow="fold") for cell in _cells(change)))
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


def _cells(change: Change) -> tuple[str, str, str, str]:
    return impact(change), change.file, change.pointer, change.description


def _json(changes: Sequence[Change]) -> str:
    entries = [
        {
            "impact": impact(change),
            "file": change.file,
            "pointer": change.pointer,
            "description": change.description,
            "before": change.before,
            "after": change.after,
        }
        for change in changes
    ]
    return json.dumps({"changes": entries}, indent=2)


def _markdown(changes: Sequence[Change]) -> str:
    if not changes:
        return "No changes."
    rows = [f"| {impact(c)} | `{_code(c.file)}` | `{_code(c.pointer)}` | {_prose(c.description)} |" for c in changes]
    return "\n".join(["| impact | file | pointer | change |", "|---|---|---|---|", *rows])


def _code(text: str) -> str:
    return plain(text).replace("`", "'").replace("|", "\\|")


def _prose(text: str) -> str:
    return re.sub(r"([\\<>\[\]|*_#@])", r"\\\1", plain(text))
