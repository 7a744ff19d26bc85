"""Recorded traffic is held against the spec, whoever recorded it, and nothing of a person is repeated."""

import base64
import copy
import io
import json
import re
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thoughtly_contract.__main__ import main
from thoughtly_contract.battery import all_probes
from thoughtly_contract.exchange import Answer, Caller, Request
from thoughtly_contract.keys import keys_of
from thoughtly_contract.mutants.operations import widened
from thoughtly_contract.traffic.drift import Kind
from thoughtly_contract.traffic.hosts import Hosts
from thoughtly_contract.traffic.read import read
from thoughtly_contract.traffic.recorded import Recorded
from thoughtly_contract.traffic.survey import Survey
from thoughtly_contract.traffic.tally import as_json, as_lines
from thoughtly_mock import MemoryStore, Settings, create_app
from thoughtly_mock.testing import served_mock
from thoughtly_openapi.loader import load_spec

KEYS = {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"}
BODY = {"contact_id": "ann", "interview_id": "a1b2c3d4"}
SUCCESS = {"error": None, "data": {}}
FAILURE = {"error": {"message": "no"}, "data": {}}
SPEC = widened(load_spec())
URL = "https://api.thoughtly.com/contact/call"

Har = Callable[..., dict[str, Any]]
Run = Callable[..., tuple[int, str]]


def exchange(
    status: int = 200,
    told: Any = SUCCESS,
    *,
    method: str = "POST",
    url: str = URL,
    sent: Any = BODY,
    keys: bool = True,
    **headers: str,
) -> dict[str, Any]:
    """Return an entry as Chromium writes it."""
    named = (KEYS if keys else {}) | {"content-type": "application/json"}
    answered = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    text = sent if isinstance(sent, str) else json.dumps(sent)
    return {
        "_initiator": {"type": "script"},
        "_priority": "High",
        "_resourceType": "fetch",
        "cache": {},
        "connection": "443",
        "request": {
            "method": method,
            "url": url,
            "httpVersion": "h2",
            "headers": [{"name": ":authority", "value": "api.thoughtly.com"}]
            + [{"name": name, "value": value} for name, value in named.items()],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(text),
            **({"postData": {"mimeType": "application/json", "text": text}} if sent is not None else {}),
        },
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "h2",
            "headers": [{"name": name, "value": value} for name, value in answered.items()],
            "cookies": [],
            "content": {"size": 1, "mimeType": "application/json", "text": json.dumps(told)},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "serverIPAddress": "198.51.100.7",
        "startedDateTime": "2026-11-23T10:00:00.000Z",
        "time": 5.0,
        "timings": {"send": 0, "wait": 5, "receive": 0},
    }


@pytest.fixture
def traffic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Hold entries, or a text, against a spec, by default the installed one with two more operations."""
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(widened(load_spec())))

    def run(*entries: Any, text: str | bytes | None = None, options: tuple[str, ...] = ()) -> tuple[int, str]:
        file = tmp_path / "recorded"
        content = json.dumps({"log": {"version": "1.2", "entries": entries}}) if text is None else text
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        status = main(["traffic", str(file), "--spec", str(spec), *options])
        captured = capsys.readouterr()
        assert "canary" not in captured.out + captured.err
        return status, captured.out + captured.err

    return run


@pytest.fixture(scope="module")
def recorded() -> dict[str, str]:
    """What the mock kept of good and bad requests, in each form in which it tells it."""
    headers = KEYS | {"content-type": "application/json"}
    with served_mock() as mock, httpx.Client(base_url=mock.url) as client:
        call: Callable[..., Any] = lambda **more: client.post("/contact/call", **more)  # noqa: E731
        call(json=BODY, headers=KEYS)
        call(json={"contact_id": "ann"}, headers=KEYS)
        call(json=BODY, headers={"x-api-token": KEYS["x-api-token"]})
        call(json=BODY, headers=headers | {"authorization": "Bearer canary-bearer", "cookie": "a=canary-cookie"})
        call(headers=KEYS)
        for body in (b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b"NaN"):
            call(content=body, headers=headers)
        call(content=b"hello", headers=KEYS | {"content-type": "text/plain"})
        client.get("/contact/call", headers=KEYS)
        client.get("/nowhere?team_id=canary-in-query")
        return {form: client.get(f"/_mock/requests?format={form}").text for form in ("ndjson", "har", "json")}


@pytest.mark.parametrize("form", ["ndjson", "har", "json"])
def test_what_the_mock_recorded_holds_no_drift(traffic: Run, recorded: dict[str, str], form: str) -> None:
    status, output = traffic(text=recorded[form])
    assert (status, "no drift" in output) == (0, True), output
    assert "12 exchanges held against the spec" in output
    assert "not documented, and refused: GET /nowhere: answered 404" in output


def test_what_the_mock_recorded_is_no_evidence(traffic: Run, recorded: dict[str, str]) -> None:
    for form in recorded.values():
        assert "says nothing about upstream: the kit's mock answered" in traffic(text=form)[1]


DRIFTS = {
    "undocumented status: POST /contact/call: 402": exchange(402, FAILURE),
    "unknown path: GET /contact/call/*: answered 200": exchange(method="GET", url=f"{URL}/3fa85f64", sent=None),
    "unknown method: PUT /contact/call: answered 200": exchange(method="PUT"),
    "forbidden, and taken: POST /contact/call: the whole: \"interview_id\" is a required property: answered 200":
        exchange(sent={"contact_id": "ann"}),
    "forbidden, and taken: POST /contact/call: the body is not JSON: answered 200": exchange(sent="{"),
    "forbidden, and taken: POST /contact/call: the header team_id is missing: answered 200": exchange(keys=False),
    "forbidden, and taken: GET /contact: limit does not fit its schema: answered 200":
        exchange(method="GET", url="https://api.thoughtly.com/contact?limit=0", sent=None),
    "valid, and refused: POST /contact/call: answered 400": exchange(400, FAILURE),
    "answer that does not fit: POST /contact/call: 200: the body does not fit its schema: the whole: \"data\" is a":
        exchange(told={"id": "1"}),
    "answer that does not fit: POST /contact/call: 200: the content type is text/html":
        exchange(content_type="text/html"),
    "header that does not fit: POST /contact/call: 429: the header Retry-After is neither":
        exchange(429, FAILURE, retry_after="soon"),
    "error on success: POST /contact/call: 200: error is neither null nor absent": exchange(told=FAILURE),
    "undocumented status: PUT /contact/{contact_id}/tags: 202":
        exchange(202, method="PUT", url="https://api.thoughtly.com/contact/ann/tags", sent={"tags": ["a"]}),
}  # fmt: skip


@pytest.mark.parametrize("line", DRIFTS)
def test_drift_is_found(traffic: Run, line: str) -> None:
    """Among what is as it should be, with its place."""
    status, output = traffic(exchange(), DRIFTS[line], exchange())
    assert status == 1
    (found,) = [text for text in output.splitlines() if text.startswith(f"  {line}")]
    assert found.endswith("(entry 2)")
    assert "no drift" not in output


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("/agent_id in the request", exchange(sent=BODY | {"agent_id": "a"})),
        ("/metadata/lead in the request", exchange(sent=BODY | {"metadata": {"lead": 1}})),
        ("/requestId in 200", exchange(told=SUCCESS | {"requestId": "r"})),
        ("429: there is no header Retry-After", exchange(429, FAILURE)),
        ("verbose in the query", exchange(url=f"{URL}?verbose=1")),
        ("GET /other: answered 404", exchange(404, FAILURE, method="GET", url="https://api.thoughtly.com/other")),
    ],
)
def test_what_the_spec_lets_through_without_knowing_it_is_a_note(
    traffic: Run, line: str, entry: dict[str, Any]
) -> None:
    status, output = traffic(entry)
    assert (status, line in output) == (0, True), output


@pytest.mark.parametrize(
    "entry",
    [
        exchange(),
        exchange(404, FAILURE),
        exchange(401, FAILURE, keys=False),
        exchange(400, FAILURE, sent="{"),
        exchange(told={"data": {"anything": [1]}}),
        exchange(400, FAILURE, sent='{"contact_id": "a", "contact_id": "b", "interview_id": "c"}'),
        exchange(sent='{"contact_id": "a", "contact_id": "b", "interview_id": "c"}'),
        exchange(
            method="GET", url="https://api.thoughtly.com/contact?tags=a&tags=b&sortDirection=asc&limit=100", sent=None
        ),
    ],
)
def test_what_the_spec_allows_or_readers_disagree_on_is_no_drift(traffic: Run, entry: dict[str, Any]) -> None:
    assert traffic(entry)[0] == 0


def changed(entry: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """Return an entry with one field changed, or without it."""
    entry = copy.deepcopy(entry)
    node = entry
    for key in path[:-1]:
        node = node[key]
    if to is None:
        del node[path[-1]]
    else:
        node[path[-1]] = to
    return entry


MISFIT = exchange(told={"id": "1"})


def test_bodies_may_be_in_base64(traffic: Run) -> None:
    """Chromium writes so what it does not take for text."""
    text = base64.b64encode(json.dumps({"id": "1"}).encode()).decode()
    entry = changed(
        exchange(), "response", "content", to={"size": 9, "mimeType": "", "text": text, "encoding": "base64"}
    )
    assert traffic(entry)[0] == 1


@pytest.mark.parametrize("side", ["request", "response"])
def test_nothing_is_said_of_a_body_that_was_not_recorded(traffic: Run, side: str) -> None:
    """Browsers leave bodies out that are large, or were dropped from memory."""
    lost = changed(MISFIT, "response", "content", "text", to=None)
    if side == "request":
        lost = changed(exchange(sent={"contact_id": "ann"}), "request", "postData", to=None)
    assert traffic(lost)[0] == 0


@pytest.mark.parametrize(("size", "status"), [(0, 1), (-1, 0), (46, 0)])
def test_a_body_of_unknown_size_is_not_taken_for_none(traffic: Run, size: int, status: int) -> None:
    """A request that says of which type its body is had one."""
    assert traffic(changed(exchange(sent=None), "request", "bodySize", to=size))[0] == status


def test_a_form_whose_bytes_were_not_recorded_is_not_judged_as_a_body(traffic: Run) -> None:
    params = {"mimeType": "application/json", "params": [{"name": "contact_id", "value": "ann"}], "text": ""}
    assert traffic(changed(exchange(), "request", "postData", to=params))[0] == 0


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "\u202e", "\r\n", "%", "\U0001f4de"])
def test_odd_characters_anywhere_are_taken(traffic: Run, odd: str) -> None:
    """JSON can hold what neither UTF-8 nor a terminal can."""
    entry = exchange(method=f"P{odd}", url=f"{URL}/{odd}?{odd}={odd}", sent=odd, told=odd, content_type=odd)
    line = GOOD_LINE | {"method": odd, "target": f"/{odd}?{odd}", "body": odd, "headers": [[odd, odd]]}
    for output in (
        traffic(entry, exchange(url=f"{URL}?{odd}={odd}", sent=odd, told={odd: odd}))[1],
        traffic(text=json.dumps(line))[1],
    ):
        assert "held against the spec" in output
        assert not set(output) & {"\x00", "\u202e", "\r", "\ud800"}


def test_what_is_no_exchange_with_an_api_is_counted_and_left(traffic: Run) -> None:
    preflight = changed(exchange(method="OPTIONS", sent=None), "request", "headers", to=[])
    preflight["request"]["headers"] = [{"name": "Access-Control-Request-Method", "value": "POST"}]
    _, output = traffic(
        exchange(),
        exchange(url="https://api.example.com/contact/call", status=599),
        exchange(url="https://198.51.100.7/x", status=599),
        exchange(url="wss://api.thoughtly.com/live", status=101),
        exchange(url="data:text/plain,x"),
        exchange(0),
        preflight,
        exchange(304, method="GET", url="https://api.thoughtly.com/contact", sent=None),
        exchange(403, FAILURE, x_thoughtly_guard="refused"),
    )
    assert output.splitlines()[0] == (
        "1 exchange held against the spec; 2 with 2 other hosts ignored; 1 a browser's preflight; 1 a web socket; "
        "1 answered from a cache; 1 no HTTP; 1 refused by the guard; 1 without an answer"
    )


def test_hosts_can_be_chosen(traffic: Run) -> None:
    elsewhere = exchange(402, FAILURE, url="https://staging.example.com:8443/contact/call")
    local = exchange(url="http://[::1]:9/contact/call")
    assert traffic(elsewhere, local)[0] == 0
    status, output = traffic(elsewhere, local, options=("--host", "Staging.example.com"))
    assert status == 1
    assert "1 exchange held" in output


def test_a_file_without_any_exchange_of_the_api_is_no_success(traffic: Run) -> None:
    status, output = traffic(exchange(url="https://api.example.com/contact/call"))
    assert status == 2
    assert "holds no exchange with api.thoughtly.com, this machine; --host names others" in output


def test_the_base_path_of_a_server_is_no_part_of_the_operation(traffic: Run, tmp_path: Path) -> None:
    spec = widened(load_spec()) | {"servers": [{"url": "https://api.thoughtly.com/v1/"}]}
    (tmp_path / "based.json").write_text(json.dumps(spec))
    options = ("--spec", str(tmp_path / "based.json"))
    below, beside = exchange(402, FAILURE, url="https://api.thoughtly.com/v1/contact/call"), exchange(402, FAILURE)
    status, output = traffic(below, beside, options=options)
    assert (status, "1 with 1 other host ignored" in output) == (1, True)


PHONE = "+1 (555) 012-3456"


def test_neither_keys_nor_telephone_numbers_show(traffic: Run) -> None:
    """In fields' names, in addresses and in what a server repeats."""
    entry = exchange(
        400,
        {"error": {"message": KEYS["team_id"]}, "data": {}, PHONE: 1, KEYS["team_id"]: 1},
        sent=BODY | {PHONE: 1, KEYS["x-api-token"]: 2, "\x1b[31m+15550123456": 3},
        url=f"{URL}?{KEYS['team_id']}=1&%2B15550123456=2",
    )
    elsewhere = exchange(method="GET", url="https://api.thoughtly.com/phone/+15550123456/ann@example.com", sent=None)
    for form in ("text", "json"):
        status, output = traffic(entry, elsewhere, options=("--format", form))
        assert status == 1
        assert "[number]" in output
        for secret in ("555", "example.com", "\x1b"):
            assert secret not in output.replace(str(Path.cwd()), "")


def test_equal_findings_are_counted_once(traffic: Run) -> None:
    status, output = traffic(*[exchange(402, FAILURE)] * 5, exchange(), exchange(409, FAILURE))
    assert status == 1
    assert "402 (5 times: entry 1, entry 2, entry 3, ...)" in output
    _, text = traffic(*[exchange(402, FAILURE)] * 5, options=("--format", "json"))
    report = json.loads(text)
    assert report["drift"] == [
        {
            "kind": "undocumented status",
            "subject": "POST /contact/call",
            "detail": "402",
            "count": 5,
            "places": ["entry 1", "entry 2", "entry 3"],
        }
    ]
    assert (report["format"], report["judged"], report["notes"]) == (1, 5, [])


def test_findings_beyond_measure_are_counted_only(traffic: Run) -> None:
    """Names that were sent could fill the memory."""
    entries = [exchange(sent=BODY | {f"a{'b' * number}": 1}) for number in range(1005)]
    assert "5 more findings are not listed" in traffic(*entries)[1]


def test_recorded_answers_are_evidence_by_host(traffic: Run) -> None:
    _, output = traffic(
        exchange(400, {}, sent={}), exchange(401, FAILURE, keys=False), exchange(url="http://localhost/contact/call")
    )
    assert "api.thoughtly.com: evidence: 2 confirmed, 1 refuted" in output
    assert "refuted: /paths/~1contact~1call/post/responses/400 (assumed): answered 400, but the body" in output
    assert "localhost: evidence: 1 confirmed" in output


GOOD_LINE = {
    "method": "POST",
    "target": "/contact/call",
    "headers": [["Host", "api.thoughtly.com"], ["content-type", "application/json"], *map(list, KEYS.items())],
    "body": json.dumps(BODY),
    "status": 402,
    "response": {"headers": {"content-type": "application/json"}, "body": json.dumps(FAILURE)},
}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 3 is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("[]", "line 3 is no object"),
        (b"\xff", "line 3 is not UTF-8 at byte 0"),
        (GOOD_LINE | {"method": 1}, "line 3: method is no text"),
        ({"method": "GET"}, "line 3: target is missing"),
        (GOOD_LINE | {"status": "200"}, "line 3: status is no status of HTTP"),
        (GOOD_LINE | {"headers": 1}, "line 3: headers is no list"),
        (GOOD_LINE | {"headers": [["a", 1]]}, "line 3: headers[0]: value is no text"),
        (GOOD_LINE | {"headers": ["a"]}, "line 3: headers[0] is no object"),
        (GOOD_LINE | {"body_base64": "?"}, "line 3: body_base64 is no Base64"),
        (GOOD_LINE | {"response": None}, "line 3: response is no object"),
    ],
)
def test_a_broken_line_is_named(traffic: Run, line: Any, problem: str) -> None:
    good = json.dumps(GOOD_LINE).encode()
    broken = line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
    status, output = traffic(text=b"\n".join([good, b"", broken, good]))
    assert status == 2
    assert output.rstrip().endswith(f"recorded: {problem}")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "recorded is empty"),
        ("[]", "recorded is no object"),
        ("{\n", "recorded is not JSON: "),
        ('{"log": {}}', "recorded is neither an HTTP Archive, with log and entries, nor a journal"),
        ('{"log": {"entries": 1}}', "recorded: log: entries is no list"),
        ('{"log": {"entries": [1]}}', "recorded: entry 1 is no object"),
        ('{"log": {"entries": [{}]}}', "recorded: entry 1: request is missing"),
        (
            json.dumps({"log": {"entries": [exchange(), changed(exchange(), "request", "url", to="http://[")]}}),
            "recorded: entry 2: request: url is no URL",
        ),
        ("[" * 100_000, "recorded cannot be read as JSON"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(traffic: Run, content: str, problem: str) -> None:
    status, output = traffic(text=content)
    assert status == 2
    assert problem in output
    assert output.count("\n") == 1


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["traffic", "no-such.har"]) == 2
    assert capsys.readouterr().err == "thoughtly-contract: no-such.har: No such file or directory\n"


def test_an_archive_may_be_one_endless_line(traffic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part of it that is read to find out what it is ends anywhere."""
    for longest in range(20, 200, 7):
        monkeypatch.setattr("thoughtly_contract.traffic.read.LONGEST_LINE", longest)
        assert traffic(exchange(402, FAILURE))[0] == 1


def test_a_line_beyond_measure_is_refused(traffic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    good = json.dumps(GOOD_LINE)
    monkeypatch.setattr("thoughtly_contract.traffic.read.LONGEST_LINE", len(good) + 10)
    status, output = traffic(text=f"{good}\n{good}{' ' * 20}\n")
    assert (status, "line 2 is longer than" in output) == (2, True)


def test_a_journal_is_read_line_by_line(traffic: Run, tmp_path: Path) -> None:
    """What comes before a broken line was judged when that line is met, and of a long journal one line is in memory."""
    file = tmp_path / "journal"
    file.write_bytes(json.dumps(GOOD_LINE).encode() + b"\n{")
    with file.open("rb") as opened:
        entries = read(opened, "journal")
        assert next(entries).place == "journal: line 1"
        with pytest.raises(Exception, match="line 2"):
            next(entries)


def test_the_command_says_what_drifts(
    contract: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "journal.ndjson").write_text(json.dumps(GOOD_LINE) + "\n")
    result = contract("traffic", "journal.ndjson", keys=False)
    assert result.returncode == 1, result.stderr
    assert "undocumented status: POST /contact/call: 402 (line 1)" in result.stdout


def test_traffic_can_come_in_through_a_pipe(traffic: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which cannot be read twice."""
    for text in (json.dumps(GOOD_LINE), f"\n{json.dumps({'log': {'entries': [exchange(402, FAILURE)]}}, indent=1)}"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert main(["traffic", "-"]) == 1


CANARY = b"canary-5b1d77"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
BODIES = st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | st.just(json.dumps(BODY).encode())
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"x-api-token", b"team_id", b"content-type", b"content-encoding", b"retry-after", b"cookie"])
        # What the guard said itself is no answer of a server.
        | st.binary(min_size=1).map(bytes.lower).filter(lambda name: name != b"x-thoughtly-guard"),
        st.sampled_from([b"application/json", b"", b"1", b"9" * 5000, CANARY]) | st.binary(),
    )
).map(tuple)


@given(
    st.sampled_from(["GET", "POST", "PUT", "HEAD", "ÄÖ"]),
    st.sampled_from([b"/contact", b"/contact/call", b"/contact/%ff/tags", b"/contact/a%2Fb/tags"]) | st.binary(),
    st.sampled_from([b"", b"page=" + b"9" * 5000, b"tags=%ff", b"limit=1e999", b"tags=" + CANARY]) | st.binary(),
    HEADERS,
    BODIES,
    st.integers(100, 999),
    HEADERS,
    BODIES,
)
@settings(max_examples=300, deadline=None)
def test_whatever_was_recorded_can_be_held_against_the_spec(
    method: str, path: bytes, query: bytes, headers: Any, sent: bytes, status: int, told: Any, got: bytes
) -> None:
    request = Request(method, path, query, (*headers, (b"x-api-token", CANARY)), sent)
    survey = Survey(SPEC, Hosts.of(SPEC))
    survey.run([Recorded("file: entry 1", None, request, Answer(status, told, got))])
    report = json.dumps(as_json(survey.tally, survey.evidence()))
    assert survey.tally.judged == 1
    assert CANARY.decode() not in report
    assert list(as_lines(survey.tally, survey.evidence()))


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "traffic.md").read_text(encoding="utf-8")


def test_the_manual_names_every_finding_and_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    drift, notes = PAGE.partition("## What is drift")[2].split("Worth a note")
    for kind in Kind:
        assert f"`{kind.value}`" in (drift if kind.is_drift else notes.partition("\n## ")[0])
    with pytest.raises(SystemExit):
        main(["traffic", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options <= set(re.findall(r"--[a-z-]+", PAGE))


def test_the_manual_names_every_member_of_the_report(traffic: Run) -> None:
    for member in json.loads(traffic(exchange(), options=("--format", "json"))[1]):
        assert f"`{member}`" in PAGE.partition("## The report as JSON")[2]


def test_the_journal_of_the_guard_is_recorded_traffic(
    contract: Callable[..., subprocess.CompletedProcess[str]],
    serve: Callable[..., AbstractContextManager[str]],
) -> None:
    """Of a server that, unlike the mock, was not made by the journal's own reader."""
    options = ("-k", "test_keys or test_invalid_body", "--guard", "--rate", "100000", "--budget", "budget")
    with serve(load_spec()) as url:
        checked = contract("--target", url, *options, "--journal", "journal.ndjson")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    result = contract("traffic", "journal.ndjson", keys=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no drift" in result.stdout
    told = "127.0.0.1: evidence: 4 confirmed"
    assert told in result.stdout
    assert told.removeprefix("127.0.0.1: ") in checked.stdout
    assert "canary" not in result.stdout
    assert "nothing about upstream" not in result.stdout


def test_the_mock_drifts_in_nothing_that_the_checks_send(traffic: Run) -> None:
    """More than a thousand requests to three operations, most of them wrong in one way."""
    keys = keys_of(SPEC, KEYS)
    store = MemoryStore()
    with Caller(create_app(SPEC, Settings(accepted=KEYS), store)) as call:
        for probe in all_probes(SPEC, keys, tells_wrong_keys=True):
            call(probe.request)
    journal = "".join(f"{json.dumps(entry.as_json())}\n" for entry in store.entries(0))
    status, output = traffic(text=journal)
    assert (status, "no drift" in output) == (0, True), output
    assert int(output.partition(" ")[0]) > 1000
