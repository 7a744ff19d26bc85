"""What a server showed is written into the overlay that assumed it, and nothing else is touched."""

import difflib
import json
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from thoughtly_contract.__main__ import main
from thoughtly_contract.battery.samples import Sampler
from thoughtly_contract.errors import EvidenceError
from thoughtly_contract.evidence import Evidence, EvidenceReport, write
from thoughtly_contract.evidence.asked import writer_for
from thoughtly_contract.evidence.marks import marks
from thoughtly_contract.evidence.places import places
from thoughtly_contract.evidence.splice import Splicer, scalar
from thoughtly_contract.evidence.write import Writer
from thoughtly_contract.exchange import Answer, Request, json_answer
from thoughtly_contract.keys import keys_of
from thoughtly_contract.recording import Exchange
from thoughtly_contract.validity import Validity
from thoughtly_mock.evidence import nearest
from thoughtly_mock.testing import served_mock
from thoughtly_openapi.compile import compile_workspace
from thoughtly_openapi.documents import parse
from thoughtly_openapi.loader import lookup, operations
from thoughtly_openapi.workspace import Workspace

OPENAPI = Path(__file__).resolve().parents[2] / "openapi"
HOST = "api.example.com"
DAY = date(2026, 11, 23)
CALL = "/paths/~1contact~1call/post"
FINE = json_answer(400, {"error": {}, "data": {}})
MISFIT = json_answer(400, {"message": "no"})
ACCEPTED = json_answer(200, {"error": None, "data": {}})
EXAMPLE = f"{CALL}/responses/200/content/application~1json/examples/accepted"

SECOND = """
openapi: 3.0.0
info: {title: Thoughtly API, version: 1.0.0}
servers:
  - url: https://api.thoughtly.com
    description: Production server
security: [{ApiKeyAuth: [], TeamIdAuth: []}]
paths:
  /contact:
    get:
      responses:
        '200':
          description: fine
          content:
            application/json:
              schema: {$ref: '#/components/schemas/GenericResponse'}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Workspace:
    """What the pipeline needs of a checkout."""
    for name in ("upstream", "overlays"):
        shutil.copytree(OPENAPI / name, tmp_path / "openapi" / name)
    shutil.copy(OPENAPI / "source.lock.json", tmp_path / "openapi")
    return Workspace(tmp_path)


def overlay(checkout: Workspace) -> Path:
    return checkout.root / "openapi" / "overlays" / "evidence.yaml"


def add_second(checkout: Workspace) -> None:
    """Vendor a further operation, with the shared parts of the first document."""
    first = parse((checkout.upstream / "contact-call.yaml").read_text(encoding="utf-8"), "first")
    second = parse(SECOND, "second") | {"components": first["components"]}
    for key in ("openapi", "info", "servers", "security"):
        second[key] = first[key]
    (checkout.upstream / "contact-list.yaml").write_text(json.dumps(second), encoding="utf-8")


def reported(spec: dict[str, Any], *answers: Answer, operation_id: str = "call_contact") -> EvidenceReport:
    """Return what requests with these answers show; one that is refused has been wrong."""
    evidence = Evidence(spec)
    operation = next(entry for entry in operations(spec) if entry.operation_id == operation_id)
    request = Sampler(spec, operation, keys_of(spec, {}), Validity(spec, operation)).plain()
    for answer in answers:
        sent = request.but(body=b"{}") if answer.status == 400 and request.body else request
        evidence(Exchange(operation, sent, answer))
    return evidence.report()


def write_down(checkout: Workspace, *answers: Answer, day: date = DAY, **options: Any) -> list[str]:
    """Write what answers show, and return the lines that tell of it."""
    spec = compile_workspace(checkout)
    return list(Writer(checkout, spec, HOST, [day]).write(reported(spec, *answers, **options)).lines())


def marks_at(checkout: Workspace, pointer: str) -> dict[str, str]:
    found = lookup(compile_workspace(checkout), pointer)
    return {key: value for key, value in found.items() if key in {"x-evidence", "x-source", "x-refuted"}}


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


def test_a_confirmed_assumption_becomes_an_observation(checkout: Workspace) -> None:
    before = overlay(checkout).read_text()
    assert write_down(checkout, ACCEPTED) == [f"evidence.yaml: {EXAMPLE}: observed", "next: scripts/regenerate"]
    assert changed_lines(before, overlay(checkout).read_text()) == [
        "-          x-evidence: assumed",
        "-          x-source: error is null or omitted on success (documented); no page shows which fields data has",
        "+          x-evidence: observed",
        "+          x-source: 'api.example.com on 2026-11-23: answered 200 with exactly this body'",
    ]
    assert marks_at(checkout, EXAMPLE)["x-evidence"] == "observed"


def test_what_a_filter_adds_to_every_operation_is_marked_for_the_one_that_was_seen(checkout: Workspace) -> None:
    """An operation that comes later is not taken for observed."""
    before = overlay(checkout).read_text()
    write_down(checkout, FINE)
    after = overlay(checkout).read_text()
    assert after.startswith(before)
    add_second(checkout)
    assert marks_at(checkout, f"{CALL}/responses/400")["x-evidence"] == "observed"
    assert marks_at(checkout, "/paths/~1contact/get/responses/400")["x-evidence"] == "assumed"
    assert marks_at(checkout, f"{CALL}/responses/403")["x-evidence"] == "assumed"
    write_down(checkout, FINE, operation_id="get_contact")
    assert marks_at(checkout, "/paths/~1contact/get/responses/400")["x-evidence"] == "observed"


def test_what_upstream_comes_to_document_keeps_upstreams_word(checkout: Workspace) -> None:
    write_down(checkout, FINE)
    page = checkout.upstream / "contact-call.yaml"
    document = parse(page.read_text(encoding="utf-8"), "page")
    own = {"description": "upstream's own"}
    document["paths"]["/contact/call"]["post"]["responses"]["400"] = own
    page.write_text(json.dumps(document), encoding="utf-8")
    assert lookup(compile_workspace(checkout), f"{CALL}/responses/400") == own


def test_every_mark_of_the_spec_is_found_in_its_overlay(checkout: Workspace) -> None:
    add_second(checkout)
    found, where = marks(compile_workspace(checkout)), places(checkout)
    assert len(found) > 20
    assert {pointer: mark.evidence for pointer, mark in found.items()} == {
        pointer: where[pointer].evidence for pointer in found
    }


@pytest.mark.parametrize("answers", [[ACCEPTED], [FINE], [MISFIT], [FINE, ACCEPTED, json_answer(404, {})]])
def test_writing_again_changes_nothing(checkout: Workspace, answers: list[Answer]) -> None:
    """On another day neither."""
    write_down(checkout, *answers)
    first = overlay(checkout).read_bytes()
    lines = write_down(checkout, *answers, day=date(2027, 1, 1))
    assert lines == ["the overlay says all of this already: nothing is written"]
    assert overlay(checkout).read_bytes() == first


def test_a_refuted_assumption_is_marked_and_stays_one(checkout: Workspace) -> None:
    write_down(checkout, MISFIT)
    assert marks_at(checkout, f"{CALL}/responses/400") == {
        "x-evidence": "assumed",
        "x-source": "no page shows a refused request; APIs of this kind answer 400",
        "x-refuted": "api.example.com on 2026-11-23: answered 400, but the body does not fit its schema: "
        'the whole: "data" is a required property',
    }


def test_the_mock_calls_refuted_what_is(checkout: Workspace) -> None:
    """It still answers so: there is nothing better. But nobody can take it for likely."""
    write_down(checkout, MISFIT)
    assert nearest(lookup(compile_workspace(checkout), f"{CALL}/responses/400")) == "refuted"


def test_what_is_seen_after_all_is_refuted_no_longer(checkout: Workspace) -> None:
    write_down(checkout, MISFIT)
    write_down(checkout, FINE)
    assert marks_at(checkout, f"{CALL}/responses/400") == {
        "x-evidence": "observed",
        "x-source": "api.example.com on 2026-11-23: answered 400 like this",
    }
    write_down(checkout, MISFIT)
    again = marks_at(checkout, f"{CALL}/responses/400")
    assert (again["x-evidence"], "x-refuted" in again) == ("observed", True)


def test_what_is_documented_is_never_touched(checkout: Workspace) -> None:
    """Even if the report was made when it was not."""
    stale = reported(compile_workspace(checkout), ACCEPTED)
    text = overlay(checkout).read_text()
    head, _, tail = text.partition("summary: The call was accepted\n          x-evidence: assumed")
    overlay(checkout).write_text(f"{head}summary: The call was accepted\n          x-evidence: documented{tail}")
    before = overlay(checkout).read_bytes()
    assert list(Writer(checkout, compile_workspace(checkout), HOST, [DAY]).write(stale).changed) == []
    assert overlay(checkout).read_bytes() == before


def test_a_mark_that_no_overlay_holds_is_told(checkout: Workspace) -> None:
    spec = compile_workspace(checkout)
    report = reported(spec, ACCEPTED)
    text = overlay(checkout).read_text()
    start, end = text.index("  - description: A success without"), text.index("  # The errors that a server")
    overlay(checkout).write_text(text[:start] + text[end:])
    spec = compile_workspace(checkout)
    written = Writer(checkout, spec, HOST, [DAY]).write(report)
    assert written.left == (f"left: {EXAMPLE}: no action of an overlay holds its mark",)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: f"\ufeff{text}",
        lambda text: f"{text}\n# the end\n",
        lambda text: text.replace("x-evidence: assumed", 'x-evidence:   "assumed"   # guessed'),
        lambda text: text.replace(
            "x-source: error is null or omitted on success (documented); no page",
            "x-source: >-\n            error is null, or omitted on success:\n\n            no page",
        ),
        lambda text: text.replace(
            "          x-source: error is null", "\n          # why\n          x-source: error is null"
        ),
    ],
    ids=["CRLF", "no final line end", "byte order mark", "comment at the end", "quoted", "folded", "comments"],
)  # fmt: skip
def test_everything_else_keeps_its_bytes(checkout: Workspace, change: Callable[[str], str]) -> None:
    """Line ends, comments, quotes, order."""
    file = overlay(checkout)
    before = change(file.read_text(encoding="utf-8"))
    file.write_bytes(before.encode())
    write_down(checkout, ACCEPTED, FINE)
    after = file.read_bytes().decode()
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    edits = [code for code in difflib.SequenceMatcher(None, *lines, autojunk=False).get_opcodes() if code[0] != "equal"]
    marks, appended = edits[:-1], edits[-1]
    removed = "".join(line for _, start, end, _, _ in marks for line in lines[0][start:end])
    assert "x-evidence" in removed
    assert "value:" not in removed
    assert appended[2] - appended[1] == (not before.endswith("\n"))
    assert before.count("#") == after.count("#")
    assert before.count("\n") == before.count("\r\n") or "\r" not in after
    assert after.count("\r\n") in {0, after.count("\n")}
    assert marks_at(checkout, EXAMPLE)["x-evidence"] == "observed"
    assert marks_at(checkout, f"{CALL}/responses/400")["x-evidence"] == "observed"


def test_what_cannot_be_edited_without_touching_more_is_left_to_a_person(checkout: Workspace) -> None:
    text = overlay(checkout).read_text()
    start, end = text.index("        accepted:\n"), text.index("\n  # The errors that a server")
    in_one_line = "        accepted: {x-evidence: assumed, x-source: a guess, value: {error: null, data: {}}}\n"
    overlay(checkout).write_text(text[:start] + in_one_line + text[end:])
    before = overlay(checkout).read_bytes()
    with pytest.raises(EvidenceError, match="/actions/2/update/examples/accepted is written in one line"):
        write_down(checkout, ACCEPTED)
    assert overlay(checkout).read_bytes() == before


def test_an_edit_of_another_process_is_not_lost(checkout: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes after the overlay was read, and before the new one is put in its place."""
    beside, others = write._beside, ["# by another process\n"]

    def meanwhile(file: Path, content: bytes) -> Path:
        if others:
            file.write_text(others.pop() + file.read_text())
        return beside(file, content)

    monkeypatch.setattr(write, "_beside", meanwhile)
    write_down(checkout, ACCEPTED)
    text = overlay(checkout).read_text()
    assert text.startswith("# by another process\n")
    assert marks_at(checkout, EXAMPLE)["x-evidence"] == "observed"
    assert [path.name for path in overlay(checkout).parent.iterdir()].count("evidence.yaml") == 1
    assert not list(overlay(checkout).parent.glob(".*"))


def test_an_overlay_that_changes_all_the_time_is_left_alone(
    checkout: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = write._beside

    def meanwhile(file: Path, content: bytes) -> Path:
        file.write_text("# again\n" + file.read_text())
        return beside(file, content)

    monkeypatch.setattr(write, "_beside", meanwhile)
    with pytest.raises(EvidenceError, match="is being changed by others"):
        write_down(checkout, ACCEPTED)
    assert not list(overlay(checkout).parent.glob(".*"))


def test_an_overlay_that_does_not_compile_is_left_alone(checkout: Workspace) -> None:
    writer = Writer(checkout, spec := compile_workspace(checkout), HOST, [DAY])
    overlay(checkout).write_text(overlay(checkout).read_text() + "  - target: $.paths.nowhere\n    update: {}\n")
    before = overlay(checkout).read_bytes()
    with pytest.raises(EvidenceError, match="matches nothing"):
        writer.write(reported(spec, ACCEPTED))
    assert overlay(checkout).read_bytes() == before


def test_evidence_is_of_the_spec_that_the_checkout_compiles_to(checkout: Workspace) -> None:
    spec = compile_workspace(checkout)
    add_second(checkout)
    with pytest.raises(EvidenceError, match="does not compile to the spec in use: run scripts/regenerate first"):
        Writer(checkout, spec, HOST, [DAY])


@pytest.mark.parametrize("host", ["a b", "a: b", "'", "a\nb", ""])
def test_a_host_is_a_name(checkout: Workspace, host: str) -> None:
    with pytest.raises(EvidenceError):
        Writer(checkout, compile_workspace(checkout), host, [DAY])


def test_what_a_mock_answers_is_never_written(checkout: Workspace) -> None:
    spec = compile_workspace(checkout)
    mocks = ACCEPTED.with_header(b"x-mock-evidence", b"assumed")
    with pytest.raises(EvidenceError, match="the kit's mock answered, which is made from the spec itself"):
        Writer(checkout, spec, HOST, [DAY]).write(reported(spec, mocks))


@pytest.mark.parametrize("target", ["mock", "mock-http", "prism"])
def test_a_target_that_is_made_from_the_spec_is_no_evidence(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said before anything is started or sent."""
    assert main(["--target", target, "--write-evidence", "--evidence-of", HOST]) == 2
    assert capsys.readouterr().err == (
        "thoughtly-contract: no evidence is written: the target is made from the spec itself\n"
    )


@pytest.mark.parametrize("host", [None, "127.0.0.1", "localhost", "::1", "mock.invalid", "api.localhost"])
@pytest.mark.parametrize("named", [None, "localhost"])
def test_this_machine_is_no_evidence_unless_somebody_says_where_it_leads(host: str | None, named: str | None) -> None:
    with pytest.raises(EvidenceError, match="say so with --evidence-of HOST"):
        writer_for({}, host, named)


def test_evidence_is_written_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EvidenceError, match="the working directory is in no checkout"):
        writer_for({}, HOST, None)


def test_a_mark_that_speaks_of_more_than_was_seen_is_left(checkout: Workspace) -> None:
    """That a body is required says nothing of its schema."""
    add_second(checkout)
    overlay(checkout).write_text(
        overlay(checkout).read_text()
        + """
  - target: $.paths['/contact'].get
    update:
      operationId: search
  - target: $.paths['/contact']
    update:
      put:
        operationId: replace
        requestBody:
          required: true
          x-evidence: assumed
          x-source: a guess
          content:
            application/json:
              schema: {type: object, properties: {name: {type: string}}}
        responses:
          '400':
            description: bad
"""
    )
    spec = compile_workspace(checkout)
    operation = next(entry for entry in operations(spec) if entry.operation_id == "replace")
    evidence = Evidence(spec)
    keys = ((b"x-api-token", b"a"), (b"team_id", b"b"))
    for status in (400, 200):
        writer = Writer(checkout, spec, HOST, [DAY])
        evidence(Exchange(operation, Request("PUT", b"/contact", b"", keys), json_answer(status, {})))
        pointer = "/paths/~1contact/put/requestBody"
        left = f"left: {pointer}: its mark speaks of more than that a body is required"
        told = list(writer.write(evidence.report()).lines())
        assert any(line.startswith(left) for line in told) == (status == 400)
    assert "x-refuted" in marks_at(checkout, pointer)


def test_evidence_of_several_days_names_the_first_and_the_last(checkout: Workspace) -> None:
    spec = compile_workspace(checkout)
    days = [DAY, date(2026, 11, 1), date(2026, 11, 9)]
    Writer(checkout, spec, HOST, days).write(reported(spec, FINE))
    source = marks_at(checkout, f"{CALL}/responses/400")["x-source"]
    assert source == "api.example.com between 2026-11-01 and 2026-11-23: answered 400 like this"


LINE = {
    "time": "2026-11-20T10:00:00.000000+00:00",
    "method": "POST",
    "target": "/contact/call",
    "headers": [["Host", HOST], ["content-type", "application/json"], ["x-api-token", "canary-1"], ["team_id", "b"]],
    "body": "{}",
    "status": 400,
    "drift": [],
    "response": {"headers": {"content-type": "application/json"}, "body": '{"error": {}, "data": {}}'},
}


@pytest.fixture
def traffic(
    checkout: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run ``traffic --write-evidence`` in the checkout; return status, output and errors."""
    monkeypatch.chdir(checkout.root)
    (checkout.root / "spec.json").write_text(json.dumps(compile_workspace(checkout)))

    def run(*lines: Any, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        (checkout.root / "journal.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        status = main(["traffic", "journal.ndjson", "--spec", "spec.json", "--write-evidence", *options])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


Traffic = Callable[..., tuple[int, str, str]]


def test_recorded_traffic_is_written_as_evidence(checkout: Workspace, traffic: Traffic) -> None:
    status, _, told = traffic(LINE, options=("--host", HOST))
    assert "2026-11-20" in marks_at(checkout, f"{CALL}/responses/400")["x-source"]
    assert (status, told) == (0, f"evidence.yaml: {CALL}/responses/400: observed\nnext: scripts/regenerate\n")
    assert "canary" not in overlay(checkout).read_text()
    assert traffic(LINE, options=("--host", HOST))[2] == "the overlay says all of this already: nothing is written\n"


def at(host: str) -> dict[str, Any]:
    return LINE | {"headers": [["Host", host], *LINE["headers"][1:]]}  # type: ignore[index]


@pytest.mark.parametrize(
    ("lines", "options", "problem"),
    [
        ([at("127.0.0.1:8000")], (), "what 127.0.0.1 answers says nothing about upstream"),
        ([LINE | {"headers": []}], (), "what an unnamed host answers says nothing about upstream"),
        ([LINE, LINE | {"time": None}], ("--host", HOST), "not every exchange says when it was recorded"),
        ([at("127.0.0.1"), at("localhost")], (), "it has to be of one host, not 127.0.0.1, localhost"),
        ([{key: value for key, value in LINE.items() if key != "drift"}], ("--host", HOST), "the kit's mock answered"),
    ],
)
def test_traffic_that_proves_nothing_is_not_written(
    checkout: Workspace, traffic: Traffic, lines: list[Any], options: tuple[str, ...], problem: str
) -> None:
    before = overlay(checkout).read_bytes()
    status, _, told = traffic(*lines, options=options)
    assert (status, problem in told) == (2, True), told
    assert overlay(checkout).read_bytes() == before


def test_what_went_through_this_machine_is_evidence_of_whom_it_was_sent_to(
    checkout: Workspace, traffic: Traffic
) -> None:
    """The guard stands on this machine, and records its own address."""
    assert traffic(at("127.0.0.1:8000"), options=("--evidence-of", "API.example.com"))[0] == 0
    assert marks_at(checkout, f"{CALL}/responses/400")["x-source"].startswith("api.example.com on ")


@pytest.mark.parametrize(
    "text", ["plain", "a: b", "it's", "# no", "a #b", "null", "1", "", " a ", "a\nb", "a\tb", "'", '"\\', "é\u2028\x85"]
)
def test_any_text_can_be_written_in_one_line(text: str) -> None:
    assert parse(f"key: {scalar(text)} # comment\n", "test") == {"key": text}
    splicer = Splicer("a:\n  b: c # why\n  d: e\n")
    splicer.set(("a",), "b", text, after="b")
    splicer.set(("a",), "new", text, after="b")
    assert parse(splicer.result(), "test") == {"a": {"b": text, "new": text, "d": "e"}}


def test_two_writers_at_once_lose_nothing(checkout: Workspace) -> None:
    """Each waits until the other has put its overlay in place."""
    spec = compile_workspace(checkout)
    answers = [FINE, ACCEPTED, json_answer(403, {"data": {}}), json_answer(404, {"data": {}})]
    writers = [
        (Writer(checkout, spec, HOST, [DAY]), reported(spec, answer, json_answer(500, {}))) for answer in answers
    ]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda pair: pair[0].write(pair[1]), writers))
    for pointer in (f"{CALL}/responses/400", EXAMPLE, f"{CALL}/responses/403", f"{CALL}/responses/404"):
        assert marks_at(checkout, pointer)["x-evidence"] == "observed"
    assert overlay(checkout).read_text().count("x-refuted") == 1


def test_a_run_against_a_server_is_written_as_evidence(
    checkout: Workspace,
    contract: Callable[..., subprocess.CompletedProcess[str]],
    serve: Callable[..., AbstractContextManager[str]],
) -> None:
    """A server on this machine stands here for what leads to another one."""
    spec = compile_workspace(checkout)
    (checkout.root / "spec.json").write_text(json.dumps(spec))
    options = ("--spec", "spec.json", "-k", "test_keys or test_invalid_body", "--write-evidence")
    with serve(spec) as url:
        unnamed = contract("--target", url, *options)
        result = contract("--target", url, *options, "--evidence-of", HOST)
    assert (unnamed.returncode, unnamed.stdout) == (2, "")
    assert result.returncode == 0, result.stdout + result.stderr
    for part in ("requestBody", "responses/400"):
        assert f"evidence.yaml: {CALL}/{part}: observed" in result.stdout
        assert marks_at(checkout, f"{CALL}/{part}")["x-evidence"] == "observed"
    # This server calls another media type a bad request.
    assert "was answered 400" in marks_at(checkout, f"{CALL}/responses/415")["x-refuted"]
    assert result.stdout.endswith("next: scripts/regenerate\n")
    assert "canary" not in overlay(checkout).read_text() + result.stdout


def test_a_run_against_a_mock_at_an_address_writes_nothing(
    checkout: Workspace, contract: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Whatever host it is said to be."""
    before = overlay(checkout).read_bytes()
    (checkout.root / "spec.json").write_text(json.dumps(compile_workspace(checkout)))
    options = ("--spec", "spec.json", "-k", "test_keys", "--write-evidence", "--evidence-of", HOST)
    with served_mock() as mock:
        result = contract("--target", mock.url, *options, keys=False)
    assert result.returncode == 2
    assert result.stderr == (
        "thoughtly-contract: no evidence is written: the kit's mock answered, which is made from the spec itself\n"
    )
    assert overlay(checkout).read_bytes() == before
