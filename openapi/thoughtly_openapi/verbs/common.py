"""What several verbs share."""

import sys
from argparse import Namespace
from pathlib import Path

from thoughtly_openapi.text import printable
from thoughtly_openapi.workspace import Workspace

NO_NODE = "no node, or no node_modules: install node 20.19 and run scripts/setup"


def workspace_of(options: Namespace) -> Workspace:
    """Return the checkout that ``--root`` names, else the one around the working directory.

    Raises:
        WorkspaceError: there is none.
    """
    return Workspace.find(Path(options.root) if options.root else None)


def say(text: str) -> None:
    """Tell the user beside the result, which standard output is for."""
    print(printable(text), file=sys.stderr)
