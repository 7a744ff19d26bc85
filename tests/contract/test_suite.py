"""The suite passes a server that keeps the contract and fails each that breaks it, whatever the operation."""

import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.mutants.operations import narrowed, widened
from thoughtly_openapi.loader import load_spec

Contract = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., AbstractContextManager[str]]


def vendored_first() -> dict[str, Any]:
    return narrowed(load_spec())


def extended() -> dict[str, Any]:
    return widened(load_spec())


def saved(spec: dict[str, Any], folder: Path) -> str:
    file = folder / "spec.json"
    file.write_text(json.dumps(spec))
    return str(file)


def test_a_server_that_keeps_the_contract_passes(contract: Contract, serve: Serve, tmp_path: Path) -> None:
    with serve(vendored_first()) as url:
        result = contract("--target", url, "--spec", saved(vendored_first(), tmp_path), "--max-examples", "20")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "seed 1" in result.stdout
    assert "documented, never answered: POST /contact/call " in result.stdout


def test_new_operations_are_covered_by_themselves(contract: Contract, serve: Serve, tmp_path: Path) -> None:
    with serve(extended()) as url:
        result = contract("--target", url, "--spec", saved(extended(), tmp_path), "--max-examples", "20")
    assert result.returncode == 0, result.stdout + result.stderr
    for test in ("valid_request", "keys", "methods_and_paths", "hostile_input", "examples", "coverage", "fuzzing"):
        for label in ("POST /contact/call", "GET /contact", "PUT /contact/{contact_id}/tags"):
            assert f"test_{test}[{label}] PASSED" in result.stdout
    assert "test_invalid_body[PUT /contact/{contact_id}/tags] PASSED" in result.stdout
    assert "test_invalid_body[GET /contact]" not in result.stdout
    assert "test_parameters[GET /contact] PASSED" in result.stdout


@pytest.mark.parametrize(("fault", "outcome"), [(None, "PASSED"), ("success-without-data", "FAILED")])
def test_linked_operations_are_checked_in_sequence(
    contract: Contract, serve: Serve, tmp_path: Path, fault: str | None, outcome: str
) -> None:
    spec = extended()
    link = {"operationId": "set_tags", "parameters": {"contact_id": "$request.body#/contact_id"}}
    call = spec["paths"]["/contact/call"]["post"]
    call["responses"] = call["responses"] | {"200": call["responses"]["200"] | {"links": {"tags": link}}}
    with serve(spec, fault) as url:
        result = contract("--target", url, "--spec", saved(spec, tmp_path), "--max-examples", "5", "-k", "stateful")
    assert f"test_stateful {outcome}" in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize("part", ["battery", "generated"])
def test_a_server_with_one_fault_fails(contract: Contract, serve: Serve, part: str) -> None:
    """The other faults are hunted in process."""
    with serve(load_spec(), "success-without-data") as url:
        result = contract("--target", url, "--max-examples", "10", "-k", part)
    assert result.returncode == 1, result.stdout + result.stderr


@pytest.mark.parametrize("fault", ["unchecked", "either-key", "success-without-data"])
def test_a_fault_in_a_new_operation_is_found_there(
    contract: Contract, serve: Serve, tmp_path: Path, fault: str
) -> None:
    """The fault is in every operation, and the report names the new ones too."""
    with serve(extended(), fault) as url:
        result = contract("--target", url, "--spec", saved(extended(), tmp_path), "-k", "battery")
    assert result.returncode == 1
    for label in ("GET /contact", "PUT /contact/{contact_id}/tags"):
        assert f"[{label}] FAILED" in result.stdout


def test_the_same_seed_sends_the_same_requests(contract: Contract, serve: Serve) -> None:
    """A failure found with a seed is found again with it: the report is the same but for times."""
    with serve(load_spec(), "invalid-is-500") as url:
        first, second = (contract("--target", url, "--seed", "7", "-k", "fuzzing") for _ in range(2))
    assert reproductions(first.stdout) == reproductions(second.stdout) != []


def reproductions(report: str) -> list[str]:
    return [line.strip() for line in report.splitlines() if "curl " in line]


@pytest.mark.parametrize("fault", ["invalid-is-500", "success-without-data"])
def test_no_report_shows_a_key(contract: Contract, serve: Serve, tmp_path: Path, fault: str) -> None:
    with serve(load_spec(), fault) as url:
        result = contract("--target", url, "--max-examples", "10", "--junit", "report.xml")
    assert result.returncode == 1
    assert (tmp_path / "report.xml").is_file()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    everything = result.stdout + result.stderr + "".join(file.read_text(errors="replace") for file in files)
    assert "[Filtered]" in everything
    assert "canary" not in everything


def test_a_run_leaves_nothing_but_its_report(contract: Contract, serve: Serve, tmp_path: Path) -> None:
    with serve(load_spec()) as url:
        contract("--target", url, "--max-examples", "2", "--junit", "report.xml")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.xml"]


def test_a_proxy_in_the_environment_is_not_used(contract: Contract, serve: Serve) -> None:
    nowhere = "http://127.0.0.1:9"
    with serve(load_spec()) as url:
        result = contract("--target", url, "-k", "valid", HTTP_PROXY=nowhere, http_proxy=nowhere, NO_PROXY="")
    assert result.returncode == 0, result.stdout + result.stderr


def test_settings_of_pytest_and_schemathesis_in_the_environment_and_folder_do_not_apply(
    contract: Contract, serve: Serve, tmp_path: Path
) -> None:
    """They could switch a check off."""
    (tmp_path / "schemathesis.toml").write_text("[checks]\nenabled = false\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    with serve(load_spec(), "success-without-data") as url:
        result = contract("--target", url, "-k", "examples", PYTEST_ADDOPTS="--collect-only")
    assert result.returncode == 1, result.stdout + result.stderr
