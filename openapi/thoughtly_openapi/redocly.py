"""Running the Redocly command-line tool that package-lock.json pins."""

import os
import shutil
import subprocess
import tempfile

from thoughtly_openapi.errors import ToolError
from thoughtly_openapi.workspace import Workspace

TIMEOUT = 120.0
PROGRAM = "node_modules/@redocly/cli/bin/cli.js"
# It would otherwise look for news and report what it does.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def redocly_available(workspace: Workspace) -> bool:
    """Whether node and the pinned tool are there."""
    return shutil.which("node") is not None and (workspace.root / PROGRAM).is_file()


def run_redocly(workspace: Workspace, *arguments: str) -> str:
    """Run the tool; return what it prints to standard output. Files among the arguments need absolute paths.

    Raises:
        ToolError: it failed or took more than two minutes.
    """
    command = ["node", str((workspace.root / PROGRAM).absolute()), *arguments]
    try:
        # A configuration file in the caller's working directory must not bear on the result.
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run(  # noqa: S603 - a pinned program
                command, env=os.environ | QUIET, cwd=empty, capture_output=True, text=True, timeout=TIMEOUT, check=False
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"redocly {arguments[0]}: {error}") from error
    if done.returncode != 0:
        raise ToolError(f"redocly {arguments[0]} failed: {_reason(done.stderr) or _reason(done.stdout)}")
    return done.stdout


def _reason(printed: str) -> str:
    """Return what the tool said, without the box in which it announces that support for a node version ends."""
    return " ".join(line.strip() for line in printed.splitlines() if line.strip(" \t╔═╗╚╝") and "║" not in line)
