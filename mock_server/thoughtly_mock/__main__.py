"""The command `thoughtly-mock`: parses, builds, runs, sets the exit code."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from thoughtly_mock.extra import INSTALL, missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the mock; return 0 when a signal ended it, 2 when it could not start."""
    options = _parser().parse_args(arguments)
    if lacking := missing():
        print(f"thoughtly-mock: no {lacking}: {INSTALL}", file=sys.stderr)
        return 2
    from thoughtly_mock.command import run

    return run(options)


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
    parser.add_argument("--spec", metavar="FILE", help="a compiled spec in JSON (default: the kit's own)")
    parser.add_argument("--scenarios", type=Path, metavar="FILE", help="what is played: a YAML file (default: nothing)")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which the control plane may be asked for, besides those of this machine; repeatable",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
