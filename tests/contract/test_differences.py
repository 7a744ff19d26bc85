"""Known differences are exact, and bound to happen."""

import dataclasses
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.differences import Difference, KnownDifferences, Observed
from thoughtly_contract.errors import UsageError
from thoughtly_openapi.loader import load_spec

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


def test_every_entry_of_the_kit_has_a_reason_and_an_expiry() -> None:
    found = list((files("thoughtly_contract") / "known_differences").iterdir())
    assert found
    for file in found:
        known = KnownDifferences.read(Path(str(file))).known
        assert all(entry.reason.endswith(".") and entry.expires < date(2030, 1, 1) for entry in known)


def test_an_entry_is_forgiven_until_the_day_on_which_it_expires() -> None:
    known = KnownDifferences((dataclasses.replace(ENTRY, expires=date(2027, 1, 31)),))
    assert not list(known.expired(date(2027, 1, 31)))
    assert [entry.name for entry in known.expired(date(2027, 2, 1))] == ["no-allow"]


GOOD = 'name = "a"\nkind = "NoAllow"\nreason = "why."\nexpires = 2027-11-30\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[difference]]\nname = ?", "is not TOML: Invalid value (at line 2, column 8)"),
        ('title = "a"', "title means nothing here"),
        ("difference = [1]", "entry 1 is no table"),
        ("[[difference]]\n" + GOOD.replace('reason = "why."\n', ""), "entry 1 (a) has no reason"),
        ("[[difference]]\n" + GOOD.replace('"why."', '""'), "entry 1 (a) has no reason"),
        ("[[difference]]\n" + GOOD.replace("expires = 2027-11-30\n", ""), "entry 1 (a) has no expires"),
        ("[[difference]]\n" + GOOD.replace("2027-11-30", '"2027-11-30"'), "expires must be a date"),
        ("[[difference]]\n" + GOOD + "status = true", "entry 1 (a): status must be a number"),
        ("[[difference]]\n" + GOOD + "statsu = 1", "entry 1 (a): statsu means nothing here"),
        ("[[difference]]\n" + GOOD + 'detail = "("', "entry 1 (a): detail is no regular expression"),
        (f"[[difference]]\n{GOOD}[[difference]]\n{GOOD}", "two entries are called a"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_entry(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "known.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=re.escape(told)) as raised:
        KnownDifferences.read(file)
    assert str(file) in str(raised.value)


KNOWN_FAULT = """
[[difference]]
name = "anything-goes"
kind = "KeysNotEnforced"
reason = "One key is enough there."
expires = {expires}
"""


@pytest.mark.parametrize(
    ("expires", "fault", "status", "told"),
    [
        ("9999-12-31", "either-key", 0, "test_known_differences PASSED"),
        ("2020-01-31", "either-key", 1, "expired: anything-goes on 2020-01-31"),
        ("9999-12-31", None, 1, "no longer happens: anything-goes"),
        ("9999-12-31", "no-challenge", 1, "NoChallenge"),
    ],
)
def test_a_server_of_ones_own_can_have_known_differences(
    contract: Any, serve: Any, tmp_path: Path, expires: str, fault: str | None, status: int, told: str
) -> None:
    """Known, expired, gone, unknown."""
    file = tmp_path / "known.toml"
    file.write_text(KNOWN_FAULT.format(expires=expires))
    with serve(load_spec(), fault) as url:
        result = contract("--target", url, "--known-differences", str(file), "--max-examples", "5")
    assert result.returncode == status, result.stdout + result.stderr
    assert told in result.stdout
