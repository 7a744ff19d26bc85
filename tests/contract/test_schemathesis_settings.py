"""The settings for those who run schemathesis themselves: right, safe, and silent about keys."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from schemathesis.config import _output as defaults

from thoughtly_mock import Settings
from thoughtly_mock.testing import ThoughtlyMock, served_mock
from thoughtly_openapi.loader import load_spec, spec_file

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((ROOT / "schemathesis.toml").read_text(encoding="utf-8"))
CANARIES = {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"}
VARIABLES = {"THOUGHTLY_API_TOKEN": CANARIES["x-api-token"], "THOUGHTLY_TEAM_ID": CANARIES["team_id"]}
FORMATS = "junit,vcr,har,ndjson,json,html"


def st_run(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run schemathesis in a folder with the settings and nothing else."""
    shutil.copy2(ROOT / "schemathesis.toml", folder)
    command = [Path(sys.executable).with_name("st"), "run", spec_file(), "--max-examples", "20", *options]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=200
    )


def test_a_run_passes_and_no_report_holds_a_key(tmp_path: Path) -> None:
    with served_mock(settings=Settings(accepted=CANARIES)) as mock:
        done = st_run(tmp_path, "--url", mock.url, "--report", FORMATS, **VARIABLES)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(mock.calls) > 5
        assert methods(mock) == {"POST"}
    # With what the tools leave behind, .hypothesis and .schemathesis.
    reports = [file for file in tmp_path.rglob("*") if file.is_file() and file.name != "schemathesis.toml"]
    assert len(reports) >= len(FORMATS.split(","))
    for text in (done.stdout, *(file.read_text(errors="replace") for file in reports)):
        assert not any(canary in text for canary in CANARIES.values())


def methods(mock: ThoughtlyMock) -> set[str]:
    """Of requests to an operation; at its start schemathesis asks for the root."""
    return {entry.method for entry in mock.requests if entry.target.startswith("/contact/call")}


def test_without_keys_in_the_environment_nothing_is_sent(tmp_path: Path) -> None:
    with served_mock() as mock:
        done = st_run(tmp_path, "--url", mock.url)
        assert done.returncode != 0
        assert "THOUGHTLY_API_TOKEN" in done.stdout + done.stderr
        assert list(mock.requests) == []


def test_requests_go_to_this_machine_unless_another_is_named() -> None:
    """The spec's own server is production."""
    assert SETTINGS["base-url"] == "http://127.0.0.1:8000"
    assert SETTINGS["request-retries"] == SETTINGS["max-redirects"] == 0


def test_every_key_of_the_spec_is_given_and_hidden() -> None:
    """By its name in the spec, so that a refresh which changes one is noticed here."""
    schemes = load_spec()["components"]["securitySchemes"]
    hidden = SETTINGS["output"]["sanitization"]["keys-to-sanitize"]
    assert set(SETTINGS["auth"]["openapi"]) == set(schemes)
    assert {scheme["name"].lower() for scheme in schemes.values()} <= set(hidden)
    assert set(defaults.DEFAULT_KEYS_TO_SANITIZE) <= set(hidden)
