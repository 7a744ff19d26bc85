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
from thoughtly_contract.mutants import MUTANTS, reference
from thoughtly_contract.target import served

CANARIES = {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"}
# What GitHub sets would change what the command prints.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
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
            env={**ENVIRONMENT, **secrets, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[str]]:
    """Serve a mutant by its name, or the healthy reference server, with the canary keys; yields its URL."""
    make = {mutant.name: mutant.make for mutant in MUTANTS}

    def start(spec: dict[str, Any], fault: str | None = None) -> AbstractContextManager[str]:
        return served(make.get(fault or "", reference)(spec, keys_of(spec, CANARIES)).app)

    return start
