"""Known differences are exact, and bound to happen."""

import dataclasses
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from thoughtly_contract.differences import Difference, KnownDifferences, Observed

ENTRY = Difference(
    "no-allow", "NoAllow", "its reason", status=405, detail="without .* `Allow`", request="^GET .*/contact"
)
SEEN = {"kind": "NoAllow", "status": 405, "message": "without the `Allow` header", "request": "GET http://host/contact"}


def test_a_known_failure_is_absorbed_and_noted() -> None:
    known = KnownDifferences((ENTRY,))
    assert known.absorb(Observed(**SEEN))
    assert not list(known.gone())


def test_an_entry_without_a_status_knows_the_failure_with_any() -> None:
    known = KnownDifferences((dataclasses.replace(ENTRY, status=None),))
    assert known.absorb(Observed(**SEEN | {"status": 204}))


@pytest.mark.parametrize(
    "other",
    [{"kind": "Another"}, {"status": 404}, {"message": "something else"}, {"request": "PUT http://host/contact"}],
    ids=str,
)
def test_any_other_failure_is_not_absorbed(other: dict[str, Any]) -> None:
    known = KnownDifferences((ENTRY,))
    assert not known.absorb(Observed(**SEEN | other))
    assert list(known.gone()) == [ENTRY]


def test_only_what_always_happens_can_be_gone() -> None:
    assert not list(KnownDifferences((dataclasses.replace(ENTRY, always=False),)).gone())


def test_nothing_is_known_of_the_mock() -> None:
    """What the mock gets wrong is mended, not listed."""
    assert not KnownDifferences.of("mock").known
    assert not KnownDifferences.of("mock-http").known


def test_every_entry_has_a_reason_and_a_name_of_its_own() -> None:
    for file in (files("thoughtly_contract") / "known_differences").iterdir():
        entries = tomllib.loads(file.read_text())["difference"]
        assert len({entry["name"] for entry in entries}) == len(entries)
        assert all(entry["reason"].endswith(".") for entry in entries)
