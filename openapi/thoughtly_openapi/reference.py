"""The offline reference page of the compiled spec, written by Redocly's `build-docs`."""

from pathlib import Path

from thoughtly_openapi.redocly import redocly_available, run_redocly
from thoughtly_openapi.workspace import Workspace


def build_reference(compiled: Path, workspace: Workspace) -> Path | None:
    """Write the reference page with every asset inlined; return its path, or None where node is missing.

    Raises:
        ToolError: Redocly ran and failed.
    """
    if not redocly_available(workspace):
        return None
    page = workspace.reference
    page.parent.mkdir(exist_ok=True)
    staged = page.with_suffix(".partial.html")
    run_redocly(workspace, "build-docs", str(compiled), "--output", str(staged), "--inlineBundle")
    staged.replace(page)
    return page
