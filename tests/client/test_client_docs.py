"""The examples of the client's manual run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from thoughtly_client import errors

PAGE = Path(__file__).resolve().parents[2] / "docs" / "client.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_manual_runs(example: str, accepting: Any, tmp_path: Path) -> None:
    environment = os.environ | {
        "THOUGHTLY_API_TOKEN": "token",
        "THOUGHTLY_TEAM_ID": "team",
        "THOUGHTLY_BASE_URL": accepting.url,
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert accepting.posts >= 1


def test_the_manual_draws_the_whole_tree_of_errors() -> None:
    page = PAGE.read_text(encoding="utf-8")
    drawn = re.findall(r"(?:├──|└──) (\w+)", errors.__doc__ or "")
    assert drawn
    assert all(f" {name} " in page for name in drawn)
