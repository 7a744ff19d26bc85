"""The command `thoughtly-mock`: parses, builds, runs, sets the exit code."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from thoughtly_mock.extra import INSTALL, missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the verb says, serve the mock without one.

    Returns:
        Serving: 0 when a signal ended it, 2 when it could not start. ``doctor``: 0 when every header arrives, 1 when
        one does not, 2 when that could not be found out.
    """
    options = _parser().parse_args(arguments)
    if options.verb == "doctor":
        return _doctor(options)
    if lacking := missing():
        print(f"thoughtly-mock: no {lacking}: {INSTALL}", file=sys.stderr)
        return 2
    from thoughtly_mock.command import run

    return run(options)


def _doctor(options: argparse.Namespace) -> int:
    # The client that it asks with would slow the start of a mock.
    from thoughtly_mock.doctor import UndecidedError, diagnose, header_names
    from thoughtly_mock.remedies import prescription
    from thoughtly_openapi.loader import load_spec

    try:
        diagnosis = diagnose(options.url, [*header_names(load_spec()), *options.header])
    except UndecidedError as error:
        print(f"thoughtly-mock doctor: {error}", file=sys.stderr)
        return 2
    print(prescription(diagnosis))
    return 0 if diagnosis.healthy else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thoughtly-mock",
        description="Serve a mock of the Thoughtly API. No phone rings.",
        epilog="THOUGHTLY_MOCK_TOKEN in the environment is demanded by the control plane, in the header x-mock-token; "
        "without it the mock listens on this machine only.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on; 0 for a free one (default: 8000)")
    parser.add_argument("--api-token", metavar="TOKEN", help="the only accepted API token (default: any)")
    parser.add_argument("--team-id", metavar="ID", help="the only accepted team id (default: any)")
    parser.add_argument("--seed", type=int, default=0, help="of generated bodies (default: 0)")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="a compiled spec in JSON (default: the kit's own)")
    parser.add_argument("--scenarios", type=Path, metavar="FILE", help="what is played: a YAML file (default: nothing)")
    parser.add_argument(
        "--reload", action="store_true", help="follow edits of the spec (in a checkout: of openapi/) and of --scenarios"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which the control plane may be asked for, besides those of this machine; repeatable",
    )
    _add_doctor(parser)
    return parser


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", title="verbs", metavar="doctor")
    doctor = verbs.add_parser(
        "doctor",
        help="find out which headers of the API a proxy before a mock drops",
        description="Find out which headers of the API reach a mock through what stands before it. Asks only the "
        "mock's control plane, and only if there is one. Exit code: 0 all arrive, 1 one does not, 2 cannot tell.",
        epilog="THOUGHTLY_MOCK_TOKEN in the environment is sent to the control plane.",
    )
    doctor.add_argument("--url", default="http://127.0.0.1:8000", help="of the mock, as clients use it (%(default)s)")
    doctor.add_argument(
        "--header",
        action="append",
        default=[],
        type=_header_name,
        metavar="NAME",
        help="ask about this header too; repeatable",
    )


def _header_name(text: str) -> str:
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be the name of a header")
    return text


if __name__ == "__main__":
    sys.exit(main())
