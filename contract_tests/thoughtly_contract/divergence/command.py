"""What ``thoughtly-contract divergence`` does."""

import argparse
import difflib
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from thoughtly_contract.divergence import servers
from thoughtly_contract.divergence.case import Case
from thoughtly_contract.divergence.causes import Causes, known_causes
from thoughtly_contract.divergence.corpus import corpus
from thoughtly_contract.divergence.exhibit import exhibit
from thoughtly_contract.divergence.page import page
from thoughtly_contract.divergence.show import shown
from thoughtly_contract.divergence.table import Replies, Table, make_table
from thoughtly_contract.divergence.verdict import Examiner
from thoughtly_contract.errors import UsageError
from thoughtly_contract.keys import Key, keys_of
from thoughtly_contract.prism.server import find_node, find_prism
from thoughtly_contract.spec import read_spec
from thoughtly_contract.supervise import signals_as_exit
from thoughtly_openapi.loader import operations

_PAGE = Path("docs/divergence.md")
Spec = Mapping[str, Any]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thoughtly-contract divergence",
        description="Send the same raw requests to the mock, Prism and stock connexion, and tell where they disagree.",
        epilog="Exit status: 0 all is well, 1 the page would change, or a cause is missing, 2 could not run.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare the page instead of printing it")
    what.add_argument("--write", action="store_true", help="write the page")
    what.add_argument("--show", metavar="WORDS", help="print the requests whose names hold WORDS, and their answers")
    parser.add_argument("--page", type=Path, metavar="FILE", help=f"the page (default: {_PAGE} of the checkout)")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="print the table of another compiled spec")
    return parser


def main(argv: Sequence[str]) -> int:
    """Run the verb; return its exit status.

    Raises:
        ContractError: it cannot run.
    """
    arguments = _parser().parse_args(argv)
    if arguments.spec and (arguments.check or arguments.write):
        raise UsageError("--spec: the page is of the installed spec; without --check and --write, the table is printed")
    spec = read_spec(arguments.spec) if arguments.spec else exhibit(read_spec(None))
    keys = keys_of(spec, {})
    cases = corpus(spec, keys)
    if arguments.show is not None:
        cases = _named(cases, arguments.show)
    titles = _titles()
    with signals_as_exit():
        replies = servers.ask(servers.SERVERS, spec, keys, cases)
    if arguments.show is not None:
        sys.stdout.write(shown(cases, replies))
        return 0
    table = compare(spec, keys, cases, replies, every_cause=arguments.spec is None)
    text = page(table, titles, [f"{each.method.upper()} {each.path}" for each in operations(spec)])
    sys.stderr.writelines(f"{problem}\n" for problem in table.problems)
    return max(_finish(arguments, text), int(bool(table.problems)))


def compare(spec: Spec, keys: tuple[Key, ...], cases: Sequence[Case], replies: Replies, *, every_cause: bool) -> Table:
    """Return the table of some replies.

    Args:
        spec: what the servers serve.
        keys: the keys that they take.
        cases: what they were sent.
        replies: what they replied.
        every_cause: whether a cause that explains nothing is a problem.
    """
    causes = Causes(known_causes())
    table = make_table(cases, replies, causes, Examiner(spec, keys))
    if every_cause:
        table.problems += [f"a cause that explains nothing: {stale}" for stale in causes.stale()]
    return table


def _named(cases: Sequence[Case], words: str) -> list[Case]:
    if found := [case for case in cases if words in case.kind]:
        return found
    raise UsageError(f"--show {words}: no request has this in its name")


def _titles() -> dict[str, str]:
    """Return what each server is called; without node or Prism, nothing needs to be started to say so."""
    find_node()
    prism = json.loads(find_prism().parents[1].joinpath("package.json").read_bytes())["version"]
    named = {servers.PRISM: f"Prism {prism}", servers.CONNEXION: f"stock connexion {version('connexion')}"}
    return {servers.MOCK: "this mock", **named}


def _finish(arguments: argparse.Namespace, text: str) -> int:
    if not (arguments.check or arguments.write):
        sys.stdout.write(text)
        return 0
    file = arguments.page or _nearest_page()
    if arguments.write:
        file.write_text(text, encoding="utf-8")
        return 0
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    changes = difflib.unified_diff(before.splitlines(), text.splitlines(), str(file), "now", lineterm="")
    told = "\n".join(changes)
    sys.stdout.write(f"{told}\n{file} would change: thoughtly-contract divergence --write\n" if told else "")
    return 1 if before != text else 0


def _nearest_page() -> Path:
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "pyproject.toml").is_file() and (folder / _PAGE).parent.is_dir():
                return folder / _PAGE
    raise UsageError(f"there is no {_PAGE} above this folder; say --page FILE")
