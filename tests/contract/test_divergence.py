"""The divergence page: one corpus of raw requests, three servers, and a cause for each difference."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.__main__ import main
from thoughtly_contract.divergence import command, servers
from thoughtly_contract.divergence.case import Case
from thoughtly_contract.divergence.causes import STATUS, Causes, Difference, known_causes
from thoughtly_contract.divergence.corpus import GROUPS, corpus
from thoughtly_contract.divergence.exhibit import exhibit
from thoughtly_contract.divergence.verdict import FACTS
from thoughtly_contract.errors import PrismError
from thoughtly_contract.keys import Key, keys_of
from thoughtly_contract.mutants import MUTANTS
from thoughtly_contract.prism.server import find_node, find_prism
from thoughtly_mock.server import serving
from thoughtly_openapi.loader import load_spec, operations

SPEC = exhibit(load_spec())
KEYS = keys_of(SPEC, {})
CASES = corpus(SPEC, KEYS)
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "divergence.md"
Replies = dict[str, list[Any]]


def without_prism() -> str | None:
    try:
        find_node(), find_prism()
    except PrismError as error:
        return str(error)
    return None


needs_prism = pytest.mark.skipif(without_prism() is not None, reason=f"Prism cannot run here: {without_prism()}")


@pytest.fixture(scope="module")
def replies() -> Replies:
    """What the real three reply to the whole corpus."""
    return servers.ask(servers.SERVERS, SPEC, KEYS, CASES)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run ``divergence --check`` as if the servers had replied this."""

    def run(found: Replies, *options: str) -> int:
        monkeypatch.setattr(servers, "ask", lambda *_arguments: found)
        return main(["divergence", *(options or ("--check", "--page", str(PAGE)))])

    return run


def test_the_corpus_is_large_and_no_request_stands_for_another() -> None:
    kinds = {case.kind for case in CASES}
    sent = Counter((case.kind, case.operation.operation_id) for case in CASES)
    assert len(kinds) >= 120
    assert [name for name, times in sent.items() if times > 1] == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_requests_with_a_claim(group: str) -> None:
    cases = [case for case in CASES if case.group == group]
    assert len(cases) >= 10
    assert all(re.fullmatch(r"\S.*\.", case.claim) for case in cases)


def test_what_is_open_says_so_and_nothing_else_does() -> None:
    assert {case.kind for case in CASES if case.claim.startswith("Open: ") != (not case.right)} == set()


@needs_prism
def test_the_page_says_what_the_three_servers_answer(
    replies: Replies, check: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """And each difference has a cause, and each cause a difference."""
    assert check(replies) == 0, "".join(capsys.readouterr())


@needs_prism
@pytest.mark.parametrize(("fault", "kind"), [("nan", "bodies/a free member: NaN"), ("get-as-post", "GET")])
def test_a_server_that_changes_is_found(
    replies: Replies, check: Callable[..., int], capsys: pytest.CaptureFixture[str], fault: str, kind: str
) -> None:
    """Here the mock, which takes what it refused before."""
    mutant = next(each for each in MUTANTS if each.name == fault)

    @contextmanager
    def changed(spec: Mapping[str, Any], keys: tuple[Key, ...]) -> Iterator[str]:
        with serving(mutant.make(spec, keys).app) as url:
            yield url

    places = [place for place, case in enumerate(CASES) if kind in case.kind]
    found = servers.ask({servers.MOCK: changed}, SPEC, KEYS, [CASES[place] for place in places])[servers.MOCK]
    mock = dict(zip(places, found, strict=True))
    mine = [mock.get(place, reply) for place, reply in enumerate(replies[servers.MOCK])]
    assert check({**replies, servers.MOCK: mine}) == 1
    told = capsys.readouterr()
    assert f"{PAGE} would change" in told.out
    assert "no cause for mock at " in told.err
    assert kind in told.err


@needs_prism
def test_a_page_that_somebody_edited_is_found(replies: Replies, check: Callable[..., int], tmp_path: Path) -> None:
    edited = tmp_path / "page.md"
    edited.write_text(PAGE.read_text(encoding="utf-8").replace("200 taken", "200 OK", 1), encoding="utf-8")
    assert check(replies, "--check", "--page", str(edited)) == 1
    assert check(replies, "--write", "--page", str(edited)) == 0
    assert edited.read_bytes() == PAGE.read_bytes()


@needs_prism
def test_a_cause_that_explains_nothing_is_a_problem(replies: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    *others, last = known_causes()
    stale = type(last)("stale", servers.MOCK, "It does not do this any more.", ("keys/no keys",))
    monkeypatch.setattr(command, "known_causes", lambda: [*others, last, stale])
    table = command.compare(SPEC, KEYS, CASES, replies, every_cause=True)
    assert table.problems == ["a cause that explains nothing: stale: keys/no keys"]


@needs_prism
def test_without_causes_everything_that_differs_is_a_problem(replies: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "known_causes", list)
    table = command.compare(SPEC, KEYS, CASES, replies, every_cause=False)
    told = "\n".join(table.problems)
    assert {row.case.kind for row in table.rows if row.differs and f" at {row.case.kind}: " not in told} == set()
    assert {fact.fact for fact in table.facts if f": {fact.fact} with " not in told} == set()


def test_the_page_holds_nothing_of_the_machine_that_wrote_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert not re.search(r"127\.0\.0\.1|localhost:\d|/home/|/root/|\b20\d\d-\d\d-\d\d\b", text)
    assert not [key.value for key in KEYS if key.value in text]


def test_causes_are_of_known_servers_and_facts_and_cite_public_threads() -> None:
    for cause in known_causes():
        assert cause.server in servers.SERVERS
        assert cause.fact in {STATUS, *FACTS}
        assert cause.text.endswith((".", "`"))
        for issue in cause.issues:
            assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/\d+", issue), issue


@pytest.mark.parametrize(
    ("difference", "explained"),
    [
        (Difference("keys/a wrong `team_id`", "Prism", 200), True),
        (Difference("keys/a wrong `team_id`", "mock", 200), False),
        (Difference("bodies/a wrong `team_id`", "Prism", 200), False),
        (Difference("headers/Accept: text/html", "Prism", 406), True),
        (Difference("headers/Accept: text/html", "Prism", 500), False),
        (Difference("headers/Accept: text/html", "Prism", 405, "NoAllow"), True),
    ],
)
def test_a_cause_explains_its_own_server_request_answer_and_fact(difference: Difference, explained: bool) -> None:
    assert bool(Causes(known_causes()).of(difference)) is explained


ITEMS = {
    "get": {
        "operationId": "list_items",
        "parameters": [
            {"name": "shelfId", "in": "path", "required": True, "schema": {"type": "string"}},
            {
                "name": "status",
                "in": "query",
                "schema": {"type": "array", "items": {"type": "string", "enum": ["new", "done"]}},
            },
            {
                "name": "sortDirection",
                "in": "query",
                "required": True,
                "schema": {"type": "string", "enum": ["up", "down"]},
            },
            {"name": "x-depth", "in": "header", "schema": {"type": "integer"}},
            {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9, "default": 5}},
        ],
    }
}


def with_items() -> dict[str, Any]:
    """Return a spec whose only operation nothing names."""
    spec = load_spec()
    first = next(operations(spec)).definition
    common = {"responses": first["responses"], "security": first["security"]}
    return {**spec, "paths": {"/shelf/{shelfId}/items": {"get": ITEMS["get"] | common}}}


def test_a_new_operation_gets_requests_of_every_group_that_it_can_have() -> None:
    """It takes no body, so nothing is sent in one."""
    cases = corpus(with_items(), KEYS)
    groups = {case.group for case in cases}
    assert groups == set(GROUPS) - {"bodies", "encodings", "content types"}
    names = {case.name for case in cases}
    assert {"in the path: an emoji", "enum: a value in other case", "array of an enum: two with a comma"} <= names
    assert {"in a header, integer: `1`", "integer: over the maximum", "integer: `1.0`", "enum: missing"} <= names


@needs_prism
def test_a_new_operation_is_explained_by_the_same_causes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to edit anything when upstream adds one."""
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(with_items()), encoding="utf-8")
    status = main(["divergence", "--spec", str(file)])
    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    assert "`GET /shelf/{shelfId}/items`" in told.out
    assert "[prism-path-kills](#prism-path-kills)" in told.out


def test_the_page_is_about_the_operation_that_places_calls_wherever_it_stands() -> None:
    spec = load_spec()
    later = {**spec, "paths": {**with_items()["paths"], **spec["paths"]}}
    assert exhibit(later) == SPEC


@needs_prism
def test_requests_and_answers_can_be_read_as_they_went_over_the_wire(
    replies: Replies, check: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [case.kind == "content types/bytes" for case in CASES]
    found = {name: [reply for reply, is_ in zip(each, chosen, strict=True) if is_] for name, each in replies.items()}
    assert check(found, "--show", "content types/bytes") == 0
    told = capsys.readouterr().out
    assert told.count("=== content types/bytes, ") == sum(chosen)
    assert "content-type: \\xff\\xfe" in told
    assert "--- Prism\nHTTP/1.1 500 " in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--show", "no such request"], "--show no such request: no request has this in its name"),
        (["--check", "--spec", "x.json"], "--spec: the page is of the installed spec"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    options: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["divergence", *options]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"thoughtly-contract: {reason}")
    assert told.count("\n") == 1


def test_without_node_it_cannot_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["divergence", "--check"]) == 2
    assert "Prism needs node" in capsys.readouterr().err


def test_a_case_never_shows_in_its_name_what_a_key_is() -> None:
    def shows(case: Case) -> bool:
        return any(key.value in case.kind + case.claim for key in KEYS)

    assert not [case.kind for case in CASES if shows(case)]
