"""The offline reference page of the compiled spec, written by Redocly's `build-docs`."""

import hashlib
from pathlib import Path

from thoughtly_openapi.redocly import redocly_available, run_redocly
from thoughtly_openapi.workspace import Workspace

# Its policy keeps the page from fetching anything, such as the logo of the tool that wrote it.
TEMPLATE = Path(__file__).parent / "templates" / "reference.hbs"


def build_reference(compiled: Path, workspace: Workspace) -> Path | None:
    """Write the reference page with every asset inlined, unless it is there and made from the same.

    Returns:
        The page's path, or None where node is missing.

    Raises:
        ToolError: Redocly ran and failed.
    """
    if not redocly_available(workspace):
        return None
    page, made_from = workspace.reference, workspace.reference.with_suffix(".made-from")
    inputs = _inputs(compiled, workspace)
    if page.exists() and made_from.exists() and made_from.read_text() == inputs:
        return page
    page.parent.mkdir(exist_ok=True)
    staged = page.with_suffix(".partial.html")
    files = (str(compiled.absolute()), "--output", str(staged.absolute()), "--template", str(TEMPLATE))
    run_redocly(workspace, "build-docs", *files, "--inlineBundle")
    staged.replace(page)
    made_from.write_text(inputs)
    return page


def _inputs(compiled: Path, workspace: Workspace) -> str:
    pinned = workspace.root / "package-lock.json"
    tools = pinned.read_bytes() if pinned.exists() else b""
    return hashlib.sha256(compiled.read_bytes() + tools + TEMPLATE.read_bytes()).hexdigest()
