"""The ``thoughtly-contract`` command: checks one target against the spec."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from thoughtly_contract.errors import ContractError
from thoughtly_contract.evidence_options import add_options as add_evidence_options
from thoughtly_contract.guard.flags import add_options as add_guard_options

DEFAULT_SEED = 1
_NEEDS = ("connexion", "pytest", "schemathesis")
# What the command does beside checking a target: each verb, and the module whose ``main`` it is.
VERBS: dict[str, str] = {
    "divergence": "thoughtly_contract.divergence.command",
    "proxy": "thoughtly_contract.guard.command",
    "traffic": "thoughtly_contract.traffic.command",
}
# Each would change which checks run, or where what they find goes.
_FOREIGN_SETTINGS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "SCHEMATHESIS_HOOKS")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thoughtly-contract",
        description="Check a server against the spec. Servers whose calls are real are checked behind a guard.",
        epilog="Exit status: 0 all checks passed, 1 a check failed, 2 the checks could not run.",
    )
    parser.add_argument("--target", default="mock", help="mock (in process), mock-http, prism, or a URL")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="a compiled spec (default: the installed one)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="chooses the random requests (default: 1)")
    parser.add_argument(
        "--max-examples", type=_positive, default=100, metavar="N", help="random requests per operation (default: 100)"
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="HEADER=VARIABLE",
        help="send this header with the value of an environment variable instead of a dummy; repeatable",
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the result as a page that needs nothing else")
    parser.add_argument(
        "--github", action="store_true", help="write annotations and a step summary (default: where GitHub runs it)"
    )
    add_evidence_options(parser)
    add_guard_options(parser)
    parser.add_argument(
        "--guard", action="store_true", help="guard a server on this machine, too, as if its calls were real"
    )
    parser.add_argument(
        "--known-differences", type=Path, metavar="FILE", help="what is known of the target at a URL, in TOML"
    )
    parser.add_argument("-k", dest="only", metavar="EXPRESSION", help="run only the tests whose names match")
    parser.add_argument(
        "--mutants", action="store_true", help="instead, check the checks: which of many faulty servers they find"
    )
    parser.add_argument(
        "--seeds",
        type=_positive,
        default=0,
        metavar="N",
        help="with --mutants, also run the generated phases with N seeds against healthy servers: none may be failed",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if missing := [name for name in _NEEDS if find_spec(name) is None]:
        sys.stderr.write(f"thoughtly-contract: no {', '.join(missing)}: pip install 'thoughtly-kit[contract]'\n")
        return 2
    for name in _FOREIGN_SETTINGS:
        os.environ.pop(name, None)
    try:
        return _run(words)
    except ContractError as error:
        sys.stderr.write(f"thoughtly-contract: {error}\n")
        return 2


def _run(words: list[str]) -> int:
    if words and words[0] in VERBS:
        status: int = import_module(VERBS[words[0]]).main(words[1:])
        return status
    arguments = _parser().parse_args(words)
    # Importing schemathesis and the mock takes over a second, and none of it is needed to say what is wrong above.
    if arguments.mutants:
        from thoughtly_contract.mutants.command import run_mutants

        return run_mutants(arguments.max_examples, arguments.seed, arguments.seeds)
    from thoughtly_contract.runner import run_suite

    return run_suite(arguments)


if __name__ == "__main__":
    sys.exit(main())
