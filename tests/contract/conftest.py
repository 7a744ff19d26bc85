"""The contract command as its users run it, and servers to run it against."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants import Fault, ReferenceServer
from thoughtly_contract.target import served

CANARIES = {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"}
VARIABLES = {"x-api-token": "TEST_TOKEN", "team_id": "TEST_TEAM"}


@pytest.fixture
def contract(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``thoughtly-contract`` in an empty folder outside any checkout, with keys that must never show."""

    def run(*arguments: str, keys: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        options = [f"--key={header}={variable}" for header, variable in VARIABLES.items()] if keys else []
        secrets = {variable: CANARIES[header] for header, variable in VARIABLES.items()}
        return subprocess.run(
            [sys.executable, "-m", "thoughtly_contract", *options, *arguments],
            cwd=tmp_path,
            env={**os.environ, **secrets, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[str]]:
    """Serve the reference server with the canary keys, healthy or with one fault; yields its URL."""

    def start(spec: dict[str, Any], fault: Fault | None = None) -> AbstractContextManager[str]:
        return served(ReferenceServer(spec, keys_of(spec, CANARIES), fault))

    return start
