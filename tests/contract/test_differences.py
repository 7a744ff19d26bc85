"""Known differences are exact, and bound to happen."""

import tomllib
from importlib.resources import files

import pytest

from thoughtly_contract.differences import Difference, KnownDifferences

ENTRY = Difference("no-allow", "UnsupportedMethodResponse", 405, "its reason", detail="without .* `Allow`")


def test_a_known_failure_is_absorbed_and_noted() -> None:
    known = KnownDifferences((ENTRY,))
    assert known.absorb("UnsupportedMethodResponse", 405, "returned 405 without required `Allow` header")
    assert not list(known.gone())


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("AnotherFailure", 405, "without required `Allow` header"),
        ("UnsupportedMethodResponse", 404, "without required `Allow` header"),
        ("UnsupportedMethodResponse", 405, "something else"),
    ],
)
def test_any_other_failure_is_not_absorbed(kind: str, status: int, message: str) -> None:
    known = KnownDifferences((ENTRY,))
    assert not known.absorb(kind, status, message)
    assert list(known.gone()) == [ENTRY]


def test_nothing_is_known_of_the_mock() -> None:
    """What the mock gets wrong is mended, not listed."""
    assert not KnownDifferences.of("mock").known
    assert not KnownDifferences.of("mock-http").known


def test_every_entry_has_a_reason_and_a_name_of_its_own() -> None:
    for file in (files("thoughtly_contract") / "known_differences").iterdir():
        entries = tomllib.loads(file.read_text())["difference"]
        assert len({entry["name"] for entry in entries}) == len(entries)
        assert all(entry["reason"].endswith(".") for entry in entries)
