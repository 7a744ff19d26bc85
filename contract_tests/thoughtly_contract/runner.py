"""Runs the suite with pytest against one target."""

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from thoughtly_contract.differences import KnownDifferences
from thoughtly_contract.errors import TargetError, UsageError
from thoughtly_contract.evidence.redaction import Redaction as Numbers
from thoughtly_contract.evidence.run import EvidenceSummary, evidence_for, writer_of
from thoughtly_contract.gateway import Gateway
from thoughtly_contract.keys import Key, keys_of
from thoughtly_contract.plugin import NeverAnswered, OperationIds, Redaction
from thoughtly_contract.preflight import require_sense
from thoughtly_contract.recording import Recording, Statuses
from thoughtly_contract.report.checks import Checks
from thoughtly_contract.report.coverage import Coverage
from thoughtly_contract.report.reporter import Reporter
from thoughtly_contract.report.result import Result
from thoughtly_contract.session import Run, active
from thoughtly_contract.spec import read_spec
from thoughtly_contract.supervise import signals_as_exit, signals_as_interrupt
from thoughtly_contract.target import NAMED, Target, open_target

_SUITE = Path(str(files("thoughtly_contract"))) / "suite"
JUNIT = "junit.xml"
# What is known of a target can only be missed after everything else ran.
_ORDER = (
    "test_battery.py",
    "test_client.py",
    "test_wire.py",
    "test_generated.py",
    "test_known_differences.py",
)


def run_suite(arguments: Namespace) -> int:
    """Run the suite as the command's arguments say; return the command's exit status.

    Raises:
        ContractError: the suite cannot run.
    """
    spec = read_spec(arguments.spec)
    values = _values(arguments.key)
    keys = keys_of(spec, values)
    _require_known_headers(values, {key.header for key in keys})
    reporter, writer = Reporter.of(arguments), writer_of(arguments, spec)
    differences = _known_differences(arguments)
    known = {key.header for key in keys} <= values.keys()
    with signals_as_exit(), open_target(arguments, spec, keys, keys_are_known=known) as target:
        target = replace(target, differences=differences or target.differences)
        if target.name not in NAMED:
            require_sense(target, spec, keys, keys_are_known=known)
        checks, coverage = Checks(), Coverage(spec, keys)
        placed_before = len(target.proxy.guard.budget.calls) if target.proxy else 0
        run = _run(arguments, spec, keys, target, coverage)
        exit_status = _run_pytest(arguments, run, checks, reporter)
        if isinstance(target.app, Gateway) and target.app.lost:
            raise TargetError(target.app.lost)
        result = Result(run, tuple(checks.found.values()), coverage, checks.seconds, exit_status, placed_before)
        reporter.tell(result.to_json(), spec)
    if writer and run.evidence:
        sys.stdout.writelines(f"{line}\n" for line in writer.write(run.evidence.report()).lines())
    return exit_status


def _run(
    arguments: Namespace, spec: Mapping[str, Any], keys: tuple[Key, ...], target: Target, coverage: Coverage
) -> Run:
    statuses, evidence = Statuses(), evidence_for(target, spec, keys)
    return Run(
        spec,
        keys,
        replace(target, app=Recording(target.app, spec, [statuses, evidence, coverage])),
        arguments.seed,
        arguments.max_examples,
        whole=arguments.spec is None and arguments.only is None,
        calls_allowed=arguments.max_calls if target.proxy else None,
        contact=next(iter(arguments.allow_contact), None),
        statuses=statuses,
        evidence=evidence,
    )


def _run_pytest(arguments: Namespace, run: Run, checks: Checks, reporter: Reporter) -> int:
    sys.stdout.write(f"target {run.target.name}, seed {run.seed}, {run.max_examples} random requests per operation\n")
    if run.target.proxy:
        count, rate = sum(map(len, run.probes().values())), arguments.rate
        sys.stdout.write(f"{count} requests, which takes {count / rate:.0f} minutes at --rate {rate:g}\n")
    sys.stdout.flush()
    plugins = [OperationIds(), Redaction(run.keys), NeverAnswered(run), checks]
    if run.evidence:
        plugins.append(EvidenceSummary(run.evidence))
    with active(run), signals_as_interrupt(), tempfile.TemporaryDirectory(prefix="thoughtly-contract-") as folder:
        _configure_hypothesis(folder)
        status = pytest.main(_pytest_arguments(arguments, Path(folder)), plugins=plugins)
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise UsageError(_why_nothing(status))
        reporter.keep_junit(Path(folder) / JUNIT, Numbers(run.spec, run.keys).text)
    return int(status)


def _why_nothing(status: int | pytest.ExitCode) -> str:
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        return "nothing was checked: no check has such a name"
    return f"the checks were not completed (pytest: {pytest.ExitCode(status).name.lower()}); no report is written"


def _configure_hypothesis(folder: str) -> None:
    # Nothing of a run stays on disk, and a run in CI sends what the same run sends elsewhere.
    set_hypothesis_home_dir(folder)
    hypothesis.settings.load_profile("default")


def _pytest_arguments(arguments: Namespace, folder: Path) -> list[str]:
    options = ["-c", str(_SUITE / "pytest.ini"), "--rootdir", str(_SUITE), "-p", "no:cacheprovider", "--tb=short", "-v"]
    # Only the plugins that the suite is made for: another one might skip, retry or reorder.
    options += ["--disable-plugin-autoload", "-p", "schemathesis.pytest.plugin", "-p", "_hypothesis_pytestplugin"]
    options += ["--no-header"]
    if arguments.junit:
        options += [f"--junitxml={folder / JUNIT}"]
    if arguments.only:
        options += ["-k", arguments.only]
    return [*options, *(str(_SUITE / name) for name in _ORDER)]


def _values(pairs: Sequence[str]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        header, separator, variable = pair.partition("=")
        if not separator or not variable:
            raise UsageError(f"--key {header}: say HEADER=VARIABLE, the name of an environment variable, not the key")
        if not os.environ.get(variable):
            raise UsageError(f"--key {header}={variable}: there is no such environment variable")
        values[header] = os.environ[variable]
    return values


def _known_differences(arguments: Namespace) -> KnownDifferences | None:
    file = arguments.known_differences
    if file and arguments.target in NAMED:
        raise UsageError(f"--known-differences {file}: what is known of {arguments.target} is in a file of its own")
    return KnownDifferences.read(file) if file else None


def _require_known_headers(values: dict[str, str], headers: set[str]) -> None:
    if unknown := sorted(values.keys() - headers):
        raise UsageError(f"--key {unknown[0]}: the spec asks for {', '.join(sorted(headers)) or 'no key'}")
