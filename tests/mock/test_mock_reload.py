"""The mock follows edits of its files, and keeps the last good version on a broken one."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from thoughtly_mock.sources import Checkout, CompiledFile, SourceError, checkout
from thoughtly_openapi.loader import load_spec

ROOT = Path(__file__).resolve().parents[2]
CALL = {"contact_id": "c", "interview_id": "i"}
KEYS = {"x-api-token": "t", "team_id": "m"}
BUSY = "scenarios:\n  busy:\n    then: {response: {status: 503}}\n"
PATIENCE_SECONDS = 60.0


@contextmanager
def running(*options: str) -> Iterator[httpx.Client]:
    command = [sys.executable, "-u", "-m", "thoughtly_mock", "--port", "0", "--reload", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http://127.0.0.1:"))
        try:
            with httpx.Client(base_url=address, headers=KEYS, trust_env=False) as client:
                yield client
        finally:
            process.terminate()


def eventually(claim: Callable[[], Any]) -> bool:
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        if claim():
            return True
        threading.Event().wait(0.05)
    return False


def ready(mock: httpx.Client) -> Any:
    return mock.get("/_mock/ready").json()["error"]


def test_edits_of_spec_and_scenarios_are_followed_and_broken_ones_told(tmp_path: Path) -> None:
    """And the journal is kept through all versions."""
    spec, scenarios = tmp_path / "spec.json", tmp_path / "scenarios.yaml"
    spec.write_text(json.dumps(load_spec()))
    scenarios.write_text(BUSY)
    with running("--spec", str(spec), "--scenarios", str(scenarios)) as mock:
        assert mock.post("/contact/call", json=CALL).status_code == 503
        scenarios.write_text("scenarios: {}\n")
        assert eventually(lambda: mock.post("/contact/call", json=CALL).status_code == 200)

        scenarios.write_text("scenarios:\n  busy: {then: 5}\n")
        assert eventually(lambda: ready(mock))
        assert f"{scenarios}:2: /scenarios/busy/then" in ready(mock)
        assert mock.post("/contact/call", json=CALL).status_code == 200

        scenarios.write_text(BUSY)
        assert eventually(lambda: ready(mock) is None)
        assert mock.post("/contact/call", json=CALL).status_code == 503

        spec.write_text("{")
        assert eventually(lambda: ready(mock))
        assert f"{spec} is not JSON" in ready(mock)
        moved = load_spec()
        moved["paths"]["/moved"] = moved["paths"].pop("/contact/call")
        spec.write_text(json.dumps(moved))
        assert eventually(lambda: mock.post("/moved", json=CALL).status_code == 503)
        assert mock.post("/contact/call", json=CALL).status_code == 404
        targets = [entry["target"] for entry in mock.get("/_mock/requests").json()["requests"]]
        assert (targets[0], targets[-1]) == ("/contact/call", "/contact/call")
        assert "/moved" in targets


def test_a_checkout_is_compiled_anew(tmp_path: Path) -> None:
    source = checkout()
    assert source is not None
    assert source.load()["paths"] == load_spec()["paths"]
    shutil.copytree(ROOT / "openapi", tmp_path / "openapi")
    copied = Checkout(tmp_path)
    upstream = next(copied.paths[0].glob("*.yaml"))
    upstream.write_text(upstream.read_text().replace("Thoughtly API", "Renamed API"))
    assert copied.load()["info"]["title"] == "Renamed API"
    upstream.write_text("openapi: 3.0.0\n")
    with pytest.raises(SourceError) as caught:
        copied.load()
    assert upstream.name in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        ("{", "is not JSON"),
        ("[]", "is no compiled spec"),
        ('{"paths": 1}', "is no compiled spec"),
    ],
)
def test_a_spec_that_cannot_be_used_ends_the_command_with_one_line(
    tmp_path: Path, content: str | None, told: str
) -> None:
    file = tmp_path / "spec.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SourceError, match=told):
        CompiledFile(file).load()
    command = [sys.executable, "-m", "thoughtly_mock", "--port", "0", "--spec", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
