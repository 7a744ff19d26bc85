"""What ``thoughtly-contract traffic`` does."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from thoughtly_contract.errors import EvidenceError, UsageError
from thoughtly_contract.evidence import EvidenceReport
from thoughtly_contract.evidence.asked import writer_for
from thoughtly_contract.evidence_options import add_options
from thoughtly_contract.spec import read_spec
from thoughtly_contract.traffic.hosts import Hosts
from thoughtly_contract.traffic.read import STANDARD_INPUT, opened, read
from thoughtly_contract.traffic.survey import UNNAMED, Survey
from thoughtly_contract.traffic.tally import as_json, as_lines
from thoughtly_openapi.text import printable


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thoughtly-contract traffic",
        description="Hold recorded traffic, an HTTP Archive or a journal of the mock or the guard, against the spec.",
        epilog="Exit status: 0 no drift, 1 drift, 2 could not run. Nothing is sent.",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="an HTTP Archive, or a journal as JSON or NDJSON; - for stdin"
    )
    parser.add_argument("--spec", type=Path, metavar="FILE", help="a compiled spec (default: the installed one)")
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="only exchanges with this host (default: the hosts of the spec's servers, and this machine); repeatable",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of the report (default: text)")
    add_options(parser)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run the verb; return its exit status.

    Raises:
        ContractError: it cannot run.
    """
    arguments = _parser().parse_args(argv)
    spec = read_spec(arguments.spec)
    survey = Survey(spec, Hosts.of(spec, arguments.host))
    name = "standard input" if arguments.file == STANDARD_INPUT else str(arguments.file)
    with opened(arguments.file) as file:
        survey.run(read(file, name))
    if not survey.tally.judged:
        raise UsageError(f"{name} holds no exchange with {survey.hosts}; --host names others")
    evidence = survey.evidence()
    if arguments.format == "json":
        text = json.dumps(as_json(survey.tally, evidence), indent=2, ensure_ascii=False)
    else:
        text = printable("\n".join(as_lines(survey.tally, evidence)))
    sys.stdout.write(f"{text}\n")
    if arguments.write_evidence:
        _write(survey, evidence, arguments.evidence_of)
    return 1 if survey.tally.has_drift else 0


def _write(survey: Survey, evidence: Mapping[str, EvidenceReport], named: str | None) -> None:
    if len(evidence) != 1:
        found = ", ".join(sorted(evidence)) or "none"
        raise EvidenceError(f"no evidence is written: it has to be of one host, not {found}; choose one with --host")
    ((host, report),) = evidence.items()
    days = {day for day in survey.days[host] if day}
    if days != survey.days[host]:
        raise EvidenceError("no evidence is written: not every exchange says when it was recorded")
    written = writer_for(survey.spec, None if host == UNNAMED else host, named, days).write(report)
    # Standard output is the report's.
    sys.stderr.writelines(f"{line}\n" for line in written.lines())
