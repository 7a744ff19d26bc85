"""Every report tells the same, can be read by what reads it, and holds nothing that must not be shown."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thoughtly_contract.exchange import Answer, Request, read_request, send_answer
from thoughtly_contract.keys import keys_of
from thoughtly_contract.report.curl import command, variable
from thoughtly_contract.report.github import annotations, summary
from thoughtly_contract.report.page import page, visible
from thoughtly_contract.target import served
from thoughtly_openapi.loader import load_spec

SPEC = load_spec()
KEYS = keys_of(SPEC, {"x-api-token": "canary-3f8a91-token", "team_id": "canary-77e0c2-team"})
CANARIES = [key.value for key in KEYS]
SCHEMA = json.loads((files("thoughtly_contract.report") / "report.schema.json").read_text())

Contract = Callable[..., CompletedProcess[str]]
KEY_OPTIONS = ["--key=x-api-token=TOKEN", "--key=team_id=TEAM", "--max-examples=10"]
REPORTS = ["--json", "r.json", "--html", "r.html", "--junit", "r.xml", "--github"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A faulty server that shows keys and telephone numbers, checked with every report; the folder and the output."""
    folder = tmp_path_factory.mktemp("reports")

    async def telltale(scope: Any, receive: Any, send: Any) -> None:
        request = await read_request(scope, receive)
        shown = b" ".join(value for name, value in request.headers if name in {b"x-api-token", b"team_id"})
        body = b'{"error": {"you": "+1 (555) 123-4567, %s"}, "data": 5551234567}' % shown
        await send_answer(Answer(200, ((b"content-type", b"application/json"),), body), scope, send)

    with served(telltale) as url:
        environment = {"TOKEN": CANARIES[0], "TEAM": CANARIES[1], "GITHUB_STEP_SUMMARY": str(folder / "steps.md")}
        done = subprocess.run(
            [sys.executable, "-m", "thoughtly_contract", "--target", url, *REPORTS, *KEY_OPTIONS],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1, done.stderr
    return folder, done.stdout


def test_no_report_and_no_file_holds_a_key_or_a_telephone_number(results: Any) -> None:
    """Nor does anything that the tools which are used leave behind."""
    folder, printed = results
    found = {file: file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file()}
    assert {file.name for file in found} == {"r.json", "r.html", "r.xml", "steps.md"}
    for name, text in [*found.items(), ("printed", printed)]:
        assert not [canary for canary in CANARIES if canary in text], name
        assert not re.search(r"\+1 \(555\)|5551234567", text), name


def test_the_json_report_has_the_form_that_its_schema_describes(results: Any) -> None:
    result = json.loads((results[0] / "r.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    assert result["passed"] is False
    assert {problem["kind"] for problem in result["problems"]} >= {
        "KeysNotEnforced",
        "InvalidAccepted",
        "ErrorOnSuccess",
    }
    assert all(problem["curl"] for problem in result["problems"] if problem["check"] == "test_keys")


def test_every_report_tells_every_failed_check(results: Any) -> None:
    folder, printed = results
    failed = {
        one["name"] for one in json.loads((folder / "r.json").read_text())["checks"] if one["outcome"] == "failed"
    }
    junit = ElementTree.parse(folder / "r.xml").getroot()
    in_junit = {case.attrib["name"].partition("[")[0] for case in junit.iter("testcase") if len(case)}
    page_text, steps = (folder / "r.html").read_text(), (folder / "steps.md").read_text()
    assert failed >= {"test_keys", "test_invalid_body"}
    assert failed <= in_junit
    assert all(name in page_text for name in failed)
    assert all(f"| {name.removeprefix('test_').replace('_', ' ')} |" in steps for name in failed)
    assert printed.count("::error file=openapi/upstream/contact-call.yaml,line=17,title=POST /contact/call") == 10


def test_a_run_that_passes_says_so_in_one_line(contract: Contract, tmp_path: Path) -> None:
    done = contract("--max-examples", "5", *REPORTS, keys=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((tmp_path / "r.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(result)
    line = next(line for line in done.stdout.splitlines() if line.startswith("passed, "))
    assert re.fullmatch(r"passed, \d+ requests in [\d.]+ s, calls placed: 0 of 0 \(the mock took \d+\)", line)
    assert "::error" not in done.stdout


def test_coverage_counts_keywords_statuses_and_keys(contract: Contract, tmp_path: Path) -> None:
    contract("--max-examples", "5", "--json", "r.json", keys=False)
    (operation,) = json.loads((tmp_path / "r.json").read_text())["operations"]
    keywords = {one["pointer"]: one for one in operation["keywords"]}
    assert keywords["/required"]["broken"] > 5
    assert keywords["/properties/contact_id/type"]["broken"] > 5
    assert keywords["/required"]["fitted"] > 5
    states = {tuple(one["states"].values()): set(one["statuses"]) for one in operation["keys"]}
    assert states["good", "good"] >= {"200", "400"}
    assert states["missing", "good"] == states["good", "empty"] == {"401"}
    assert len(states) >= 16


@pytest.mark.parametrize(
    ("option", "told"),
    [("--json", "there is no folder"), ("--html", "there is no folder"), ("--junit", "there is no folder")],
)
def test_a_report_that_cannot_be_written_stops_the_run_before_it_begins(
    contract: Contract, option: str, told: str
) -> None:
    done = contract(option, "nowhere/report")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} nowhere/report: {told}" in done.stderr


def test_a_run_that_is_killed_leaves_no_half_report(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "thoughtly_contract", "--max-examples", "5000", *REPORTS],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    while "test_keys" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_checks_nothing_is_no_success(contract: Contract, tmp_path: Path) -> None:
    done = contract("-k", "nothing_is_called_so", *REPORTS)
    assert done.returncode == 2
    assert done.stderr == "thoughtly-contract: nothing was checked: no check has such a name\n"
    assert list(tmp_path.iterdir()) == []


# Curl


@pytest.fixture(scope="module")
def recorder() -> Iterator[Any]:
    """A server that remembers the last request."""
    last: list[Request] = []

    async def remember(scope: Any, receive: Any, send: Any) -> None:
        last[:] = [await read_request(scope, receive)]
        await send_answer(Answer(204), scope, send)

    with served(remember) as url:
        yield url, last


def sent_by(text: str, last: list[Request]) -> Request:
    environment = {variable(key.header): key.value for key in KEYS} | {"PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", text], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return last[0]


def same(sent: Request, request: Request) -> bool:
    wanted = [pair for pair in request.headers if pair[0] not in {b"host", b"content-length"}]
    return (
        (sent.method, sent.target, sent.body) == (request.method, request.target, request.body)
        and all(pair in sent.headers for pair in wanted)
        and (bool(sent.all(b"content-type")) == bool(request.all(b"content-type")))
    )


GOOD_KEYS = tuple((key.header.encode(), key.value.encode()) for key in KEYS)
REQUESTS = {
    "plain": Request(
        "POST", b"/contact/call", headers=(*GOOD_KEYS, (b"content-type", b"application/json")), body=b"{}"
    ),
    "every byte": Request("POST", b"/contact/call", headers=GOOD_KEYS, body=bytes(range(256)) * 2),
    "quotes": Request("POST", b"/a'b", b"c=%27'$(x)`y`", ((b"x-a", b'it\'s "$HOME" `id` \\ ;'),), b"'\\\\n'\"%s%b\n"),
    "digits behind a byte": Request("POST", b"/", headers=(), body=b"\x001234567\xff890"),
    "bytes in a header": Request("GET", b"/", headers=((b"x-a", b"\xff\xfe\xe9"),)),
    "an empty header": Request("GET", b"/", headers=((b"x-a", b""), (b"team_id", b""))),
    "twice": Request("GET", b"/", headers=((b"x-a", b"1"), (b"x-a", b"2"))),
    "globs and dots": Request("GET", b"/a/../{b}/[1-3]/./c", b"d[]=1&e={f,g}"),
    "another method": Request("PROPFIND", b"/"),
    "a head": Request("HEAD", b"/"),
    "an at sign": Request("PUT", b"/", headers=((b"content-type", b"text/plain"),), body=b"@/etc/passwd"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_command_sends_the_same_bytes(recorder: Any, name: str) -> None:
    url, last = recorder
    text = command(REQUESTS[name], url, KEYS)
    assert not any(canary in text for canary in CANARIES)
    assert same(sent_by(text, last), REQUESTS[name]), text


@settings(max_examples=25, deadline=None)
@given(body=st.binary(min_size=1, max_size=60), value=st.text("abc'\"\\$`!; \t%é", min_size=1, max_size=12))
def test_the_command_sends_any_bytes(recorder: Any, body: bytes, value: str) -> None:
    url, last = recorder
    request = Request("POST", b"/a", headers=((b"x-a", value.strip().encode() or b"-"),), body=body)
    assert same(sent_by(command(request, url, ()), last), request)


def test_no_part_of_a_wrong_key_is_shown() -> None:
    """It may be made from the right one."""
    wrong = tuple((key.header.encode(), key.value[:-1].encode()) for key in KEYS)
    text = command(Request("POST", b"/", headers=wrong), "http://127.0.0.1", KEYS)
    assert "canary" not in text
    assert "x-api-token: another-value" in text


# The page

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "\x00\x1b[31m\u202egnp.exe\u200b"
)


def hostile_result(results: Any) -> Any:
    result = json.loads((results[0] / "r.json").read_text())
    result["target"] = HOSTILE
    for problem in result["problems"]:
        problem["message"] = problem["kind"] = HOSTILE + "\ud800"
    return result


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_what_is_hostile_as_text(results: Any) -> None:
    parser = Text()
    parser.feed(page(hostile_result(results)))
    assert not parser.tags & {"script", "img", "iframe", "object", "link"}
    assert visible(HOSTILE) in parser.text
    assert not set("\x00\x1b\u202e\u200b\ud800") & set(parser.text)


def test_the_page_runs_nothing_in_a_browser(results: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(hostile_result(results)), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        ["chromium", *options, file.as_uri()], capture_output=True, text=True, check=False, timeout=120
    )
    assert "<title>Contract checks of &lt;/script&gt;" in done.stdout
    assert '<h2 id="coverage">' in done.stdout


def test_the_page_loads_nothing(results: Any) -> None:
    text = (results[0] / "r.html").read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=|@import|url\(", text)


# GitHub


def test_what_github_reads_cannot_be_broken_out_of(results: Any) -> None:
    result = hostile_result(results)
    for problem in result["problems"]:
        problem["message"] = "100%\n::warning::owned\r\n"
    lines = list(annotations(result, {"POST /contact/call": ("a,b:c.yaml", 3)}))
    assert all("\n" not in line and "100%25%0A::warning" in line for line in lines)
    assert lines[0].startswith("::error file=a%2Cb%3Ac.yaml,line=3,title=")
    assert "<img" not in summary(result).replace("    ", "")[:200]
