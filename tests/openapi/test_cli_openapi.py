"""The command `thoughtly-openapi`: what it prints, what it writes, and its exit codes."""

import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from thoughtly_openapi.__main__ import main
from thoughtly_openapi.changes import can_rate
from thoughtly_openapi.lock import verify
from thoughtly_openapi.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
REAL_PAGE = Path(__file__).parent / "pages" / "call-a-contact.md"
REAL_DOCUMENT = (ROOT / "openapi" / "upstream" / "contact-call.yaml").read_text(encoding="utf-8")
PATHS, COMPONENTS = REAL_DOCUMENT.index("paths:\n"), REAL_DOCUMENT.index("components:\n")

LIST = """\
paths:
  /contact:
    get:
      parameters:
        - {name: search, in: query, schema: {type: string}}
        - {name: 'tags[]', in: query, schema: {type: array, items: {type: string}}}
        - {name: sortDirection, in: query, schema: {type: string, enum: [asc, desc]}}
      responses: {'200': {description: fine}}
"""
TAG = """\
paths:
  /contact/{contact_id}/tags:
    put:
      parameters: [{name: contact_id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: fine}}
"""

needs_node = pytest.mark.skipif(
    not can_rate(Workspace(ROOT)), reason="no node with the pinned Redocly: changes cannot be rated"
)
Run = Callable[..., int]


def document(paths: str) -> str:
    """A document that shares everything but its paths with the vendored one."""
    return REAL_DOCUMENT[:PATHS] + paths + REAL_DOCUMENT[COMPONENTS:]


def page(text: str, info: str) -> str:
    return f"# A page\n\n````yaml {info}\n{text}````\n"


LIST_PAGE, TAG_PAGE = page(document(LIST), "get /contact"), page(document(TAG), "put /contact/{contact_id}/tags")
BROKEN_CALLER = REAL_PAGE.read_text(encoding="utf-8").replace(
    "- interview_id\n", "- interview_id\n                - metadata\n"
)


def contents(workspace: Workspace) -> dict[str, bytes]:
    folder = workspace.root / "openapi"
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def locked(workspace: Workspace) -> dict[str, Any]:
    pages: dict[str, Any] = json.loads(workspace.lock.read_text())["pages"]
    return pages


@pytest.fixture
def run(workspace: Workspace) -> Run:
    """The command on a workspace of its own."""
    return lambda verb, *arguments: main([verb, "--root", str(workspace.root), *map(str, arguments)])


@pytest.fixture
def without_node(workspace: Workspace) -> None:
    (workspace.root / "node_modules").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("text", "file", "operation"),
    [
        (LIST_PAGE, "get-contact.yaml", "GET /contact"),
        (TAG_PAGE, "put-contact-contact-id-tags.yaml", "PUT /contact/{contact_id}/tags"),
    ],
)
def test_add_vendors_a_further_operation(
    run: Run, workspace: Workspace, tmp_path: Path, text: str, file: str, operation: str
) -> None:
    (tmp_path / "page.md").write_text(text)
    assert run("refresh", "--add", tmp_path / "page.md") == 0
    assert (workspace.upstream / file).read_text() == text.split("\n", 3)[3].removesuffix("````\n")
    assert locked(workspace)[file]["operation"] == operation
    assert run("verify") == 0


def test_a_page_comes_from_standard_input_too(run: Run, monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LIST_PAGE.encode())))
    assert run("refresh", "--add", "-") == 0
    assert locked(workspace)["get-contact.yaml"]["url"] is None


def test_dry_run_reports_and_writes_nothing(
    run: Run, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(LIST_PAGE)
    before = contents(workspace)
    assert run("refresh", "--dry-run", "--add", tmp_path / "page.md") == 0
    assert "get-contact.yaml (GET /contact): would write: new ->" in capsys.readouterr().err
    assert contents(workspace) == before


def test_a_second_refresh_from_the_same_page_changes_no_byte(run: Run, workspace: Workspace) -> None:
    assert run("refresh", "--from", REAL_PAGE) == 0
    before = contents(workspace)
    assert run("refresh", "--from", REAL_PAGE) == 0
    assert contents(workspace) == before


REFUSED: list[tuple[str, str, str, str]] = [
    ("an unknown operation", "--from", LIST_PAGE, "GET /contact is not vendored yet: vendor it with --add"),
    ("a known operation", "--add", REAL_PAGE.read_text(), "is vendored already, as contact-call.yaml"),
    ("other components", "--add", LIST_PAGE.replace("name: team_id", "name: team"), "/TeamIdAuth differs between"),
    ("other servers", "--add", LIST_PAGE.replace("Production", "Test"), "/servers differs between"),
    ("an HTML page", "--add", "<!doctype html><p>404</p>", "is an HTML page"),
    ("no document", "--from", "# words\n", "holds no OpenAPI document"),
]


@pytest.mark.parametrize(("option", "text", "problem"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_refused_page_leaves_every_byte_as_it_was(
    run: Run,
    workspace: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    text: str,
    problem: str,
) -> None:
    (tmp_path / "page.md").write_text(text)
    before = contents(workspace)
    assert run("refresh", option, tmp_path / "page.md") == 2
    said = capsys.readouterr()
    assert problem in said.err
    assert said.out == ""
    assert contents(workspace) == before


def test_no_path_of_a_page_leads_out_of_the_folder(run: Run, workspace: Workspace, tmp_path: Path) -> None:
    """A file's name is made of the words of the path, so that dots and slashes of a page never reach the disk."""
    (tmp_path / "page.md").write_text(page(document(LIST.replace("/contact", "/../../etc/x")), "get /../../etc/x"))
    before = contents(workspace)
    assert run("refresh", "--add", tmp_path / "page.md") == 0
    (added,) = contents(workspace).keys() - before.keys()
    assert re.fullmatch(r"upstream/get-[a-z0-9-]+-etc-x\.yaml", added)


def test_one_page_that_is_refused_keeps_all_others_back(run: Run, workspace: Workspace, docs_host: Any) -> None:
    """A refresh takes every page or none."""
    assert run("refresh", "--add", docs_host.serve("/list.md", LIST_PAGE)) == 0
    assert run("refresh", "--from", docs_host.serve("/call.md", REAL_PAGE.read_bytes())) == 0
    before = contents(workspace)
    docs_host.serve("/call.md", BROKEN_CALLER)
    docs_host.serve("/list.md", "<html>", status=200)
    assert run("refresh") == 2
    assert contents(workspace) == before


def test_refresh_reads_every_page_of_the_lock_again(
    run: Run, workspace: Workspace, docs_host: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(TAG_PAGE)
    run("refresh", "--from", docs_host.serve("/call.md", REAL_PAGE.read_bytes()))
    run("refresh", "--add", docs_host.serve("/list.md", LIST_PAGE))
    run("refresh", "--add", tmp_path / "page.md")
    docs_host.serve("/list.md", LIST_PAGE.replace("search", "words"))
    docs_host.asked.clear()
    capsys.readouterr()
    assert run("refresh") == 0
    assert sorted(docs_host.asked) == ["/call.md", "/list.md"]
    assert "name: words" in (workspace.upstream / "get-contact.yaml").read_text()
    assert "put-contact-contact-id-tags.yaml: not re-read, its page has no address" in capsys.readouterr().err


@pytest.mark.parametrize("status", [404, 500, 204, 206])
def test_only_a_page_that_is_there_is_taken(
    run: Run, workspace: Workspace, docs_host: Any, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    before = contents(workspace)
    assert run("refresh", "--add", docs_host.serve("/p.md", LIST_PAGE if status != 204 else "", status)) == 2
    assert f"answers with status {status}" in capsys.readouterr().err
    assert contents(workspace) == before


def test_a_redirect_is_followed_on_the_same_host_only(
    run: Run, docs_host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    docs_host.serve("/list.md", LIST_PAGE)
    assert run("refresh", "--dry-run", "--add", docs_host.serve("/a", "", 308, location="/list.md")) == 0
    assert run("refresh", "--add", docs_host.serve("/b", "", 302, location="http://localhost:9/list.md")) == 2
    assert "redirects to another host, localhost:9" in capsys.readouterr().err
    assert run("refresh", "--add", docs_host.serve("/c", "", 302, location="/c")) == 2
    assert "redirects more than 5 times" in capsys.readouterr().err


def test_a_body_over_5_mb_is_not_read_to_its_end(run: Run, docs_host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("refresh", "--add", docs_host.serve("/big.md", b"x" * 20_000_000)) == 2
    assert "holds more than 5 MB" in capsys.readouterr().err


@pytest.mark.parametrize("head", [True, False], ids=["in the head", "in the body"])
def test_a_host_that_drips_is_left(run: Run, docs_host: Any, capsys: pytest.CaptureFixture[str], head: bool) -> None:
    """The time-out bounds the whole, not each read."""
    assert run("refresh", "--timeout", "0.5", "--add", docs_host.drip("/p.md", head=head)) == 2
    assert "not read within 0.5 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://docs.example/p.md", "is plain http"),
        ("https://me:canary@docs.example/p.md", "user name or password"),
        ("http://127.0.0.1:99999/p.md", "is not the address of a page"),
        ("http://[::1/p.md", "cannot be read"),
        ("no-such-file.md", "cannot be read: No such file"),
    ],
)
def test_an_address_that_will_not_do_is_named(
    run: Run, capsys: pytest.CaptureFixture[str], address: str, problem: str
) -> None:
    assert run("refresh", "--add", address) == 2
    said = capsys.readouterr().err
    assert problem in said
    assert "canary" not in said


@needs_node
@pytest.mark.parametrize(("threshold", "code"), [("none", 0), ("any", 1), ("additive", 1), ("breaking", 1)])
def test_fail_on_sets_the_exit_code(run: Run, tmp_path: Path, threshold: str, code: int) -> None:
    (tmp_path / "page.md").write_text(BROKEN_CALLER)
    assert run("refresh", "--dry-run", "--fail-on", threshold, "--from", tmp_path / "page.md") == code
    assert run("refresh", "--dry-run", "--fail-on", threshold, "--from", REAL_PAGE) == 0


@pytest.mark.usefixtures("without_node")
def test_without_node_a_threshold_is_refused_before_anything_is_written(
    run: Run, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text(BROKEN_CALLER)
    before = contents(workspace)
    assert run("refresh", "--fail-on", "breaking", "--from", tmp_path / "page.md") == 2
    assert "changes cannot be rated here" in capsys.readouterr().err
    assert contents(workspace) == before
    assert run("refresh", "--format", "json", "--from", tmp_path / "page.md") == 0
    said = capsys.readouterr()
    assert {change["impact"] for change in json.loads(said.out)["changes"]} == {"unrated"}
    assert "changes cannot be rated here" in said.err


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda w: (w.upstream / "contact-call.yaml").write_text("a: 1\n"),
            "contact-call.yaml: is not what was vendored",
        ),
        (lambda w: (w.upstream / "contact-call.yaml").unlink(), "contact-call.yaml: is missing"),
        (lambda w: (w.upstream / "more.yaml").write_text("a: 1\n"), "more.yaml: is not in the lock: remove it"),
        (lambda w: shutil.rmtree(w.upstream), "contact-call.yaml: is missing"),
        (lambda w: w.lock.write_text("{"), "openapi/source.lock.json: cannot be read"),
        (lambda w: w.lock.write_text('{"version": 2}'), "/version: must be 1"),
        (lambda w: w.lock.write_text('{"version": 1, "pages": []}'), "/pages: must be an object"),
        (
            lambda w: w.lock.write_text(w.lock.read_text().replace('"fence_line": 13', '"fence_line": "13"')),
            "/pages/contact-call.yaml/fence_line: '13' is of the wrong type",
        ),
        (
            lambda w: w.lock.write_text(w.lock.read_text().replace('"contact-call.yaml"', '"../x.yaml"')),
            "/pages/../x.yaml: must be the name of a .yaml file",
        ),
    ],
)
def test_verify_names_what_is_not_as_it_was_vendored(
    run: Run,
    workspace: Workspace,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Workspace], object],
    problem: str,
) -> None:
    assert run("verify") == 0
    spoil(workspace)
    assert run("verify") == 2
    assert problem in capsys.readouterr().err


def test_refresh_restores_a_vendored_file_that_was_edited(run: Run, workspace: Workspace) -> None:
    file = workspace.upstream / "contact-call.yaml"
    file.write_text(file.read_text() + "# by hand\n")
    assert run("refresh", "--from", REAL_PAGE) == 0
    assert file.read_text() == REAL_DOCUMENT
    assert run("verify") == 0


INDEX = """\
# Docs

- [Call a contact](https://docs.thoughtly.com/api-reference/contact/call-a-contact.md): vendored
- [Create [new]](https://docs.thoughtly.com/api-reference/contact/create-contact.md): words
- [Create again](https://docs.thoughtly.com/api-reference/contact/create-contact): the same page
- [A guide](https://docs.thoughtly.com/guides/start.md)
- [Relative](/api-reference/tags.md)
- [\x1b[31mHostile](https://docs.thoughtly.com/api-reference/x`id`;$(reboot).md)
"""


def test_discover_lists_what_is_not_vendored_ready_to_paste(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An address is quoted for the shell, since it is somebody else's text."""
    (tmp_path / "llms.txt").write_text(INDEX)
    assert run("refresh", "--discover", tmp_path / "llms.txt") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Create [new]",
        "    scripts/refresh --add https://docs.thoughtly.com/api-reference/contact/create-contact.md",
        "Relative",
        "    scripts/refresh --add https://docs.thoughtly.com/api-reference/tags.md",
        "31mHostile",
        "    scripts/refresh --add 'https://docs.thoughtly.com/api-reference/x%60id%60;$(reboot).md'",
    ]


def test_discover_reads_the_index_of_the_docs_host(
    run: Run, docs_host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run("refresh", "--from", docs_host.serve("/api-reference/call.md", REAL_PAGE.read_bytes()))
    docs_host.serve("/llms.txt", "- [Call](/api-reference/call.md)\n- [New](/api-reference/new.md)\n")
    capsys.readouterr()
    assert run("refresh", "--discover") == 0
    assert capsys.readouterr().out == f"New\n    scripts/refresh --add {docs_host.url}/api-reference/new.md\n"


def test_discover_says_when_everything_is_vendored(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "llms.txt").write_text("".join(INDEX.splitlines(keepends=True)[:3]))
    assert run("refresh", "--discover", tmp_path / "llms.txt") == 0
    assert "every API page that the index lists is vendored" in capsys.readouterr().err
    (tmp_path / "llms.txt").write_text("nothing\n")
    assert run("refresh", "--discover", tmp_path / "llms.txt") == 2


def test_extract_prints_the_document_byte_for_byte(run: Run, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("extract", REAL_PAGE) == 0
    assert capsysbinary.readouterr().out == REAL_DOCUMENT.encode()


def test_overlay_prints_the_result(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $.info, update: {title: New}}]\n"
    (tmp_path / "o.yaml").write_text(overlay)
    (tmp_path / "spec.yaml").write_text(REAL_DOCUMENT)
    assert run("overlay", tmp_path / "spec.yaml", tmp_path / "o.yaml") == 0
    assert json.loads(capsys.readouterr().out)["info"]["title"] == "New"


VERBS = ("refresh", "regenerate", "compile", "verify", "extract", "overlay", "changes")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_is_in_the_manual(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert "--root" in capsys.readouterr().out
    manual = (ROOT / "docs" / "refresh.md").read_text()
    assert f"`{verb}" in manual or f"thoughtly-openapi {verb}" in manual


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_out_is_a_number_of_seconds(run: Run, seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("extract", REAL_PAGE, f"--timeout={seconds}")
    assert ended.value.code == 2
    assert "--timeout" in capsys.readouterr().err


def test_what_the_disk_refuses_is_named(
    run: Run, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.md").write_text(LIST_PAGE)

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device", "get-contact.yaml")

    before = contents(workspace)
    monkeypatch.setattr("thoughtly_openapi.lock.os.fsync", refuse)
    assert run("refresh", "--add", tmp_path / "page.md") == 2
    said = capsys.readouterr()
    assert "get-contact.yaml: No space left on device" in said.err
    assert "wrote" not in said.out + said.err
    assert contents(workspace) == before


def test_compile_prints_the_compiled_spec(
    whole_workspace: Workspace, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["compile", "--root", str(whole_workspace.root)]) == 0
    assert capsysbinary.readouterr().out == whole_workspace.compiled.read_bytes()


@pytest.mark.parametrize(("edit", "code"), [("", 0), ("# by hand\n", 1)])
def test_regenerate_check_lists_what_differs(
    whole_workspace: Workspace, capsys: pytest.CaptureFixture[str], edit: str, code: int
) -> None:
    generated = whole_workspace.client / "operations.py"
    generated.write_text(generated.read_text() + edit)
    assert main(["regenerate", "--root", str(whole_workspace.root), "--check"]) == code
    printed = capsys.readouterr().out
    assert ("operations.py: differs" in printed) is bool(edit)
    assert ("every generated file is current" in printed) is (not edit)


def test_two_refreshes_at_once_leave_a_lock_that_holds(workspace: Workspace) -> None:
    """One of them writes, the other says that it came too late; nothing is half written."""
    pages = []
    for text, name in ((LIST_PAGE, "list.md"), (TAG_PAGE, "tag.md")):
        (workspace.root / name).write_text(text)
        pages.append(workspace.root / name)
    command = [sys.executable, "-m", "thoughtly_openapi", "refresh", "--root", str(workspace.root), "--add"]
    running = [subprocess.Popen([*command, str(file)], stderr=subprocess.PIPE, text=True) for file in pages * 2]
    results = [(process.wait(), process.stderr.read() if process.stderr else "") for process in running]
    assert {code for code, _ in results} <= {0, 2}
    assert 0 in {code for code, _ in results}
    assert verify(workspace) == ()
    for process in running:
        if process.stderr:
            process.stderr.close()
