"""Every target that the command knows by name passes the whole suite."""

import subprocess
from collections.abc import Callable

import pytest

from thoughtly_contract.errors import PrismError
from thoughtly_contract.prism.server import find_node, find_prism

Contract = Callable[..., subprocess.CompletedProcess[str]]


def without_prism() -> str | None:
    try:
        find_node(), find_prism()
    except PrismError as error:
        return str(error)
    return None


@pytest.mark.skipif(without_prism() is not None, reason=f"Prism cannot run here: {without_prism()}")
def test_prism_differs_only_where_it_is_known_to(contract: Contract) -> None:
    result = contract("--target", "prism", "--max-examples", "20", keys=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "test_known_differences PASSED" in result.stdout


@pytest.mark.parametrize("target", ["mock", "mock-http"])
def test_the_mock_passes_with_every_check(contract: Contract, target: str) -> None:
    result = contract("--target", target, "--max-examples", "20")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"target {target}, seed 1" in result.stdout
