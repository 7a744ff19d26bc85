"""The ``scripts/prism`` command: Prism as mock or as proxy until it is told to stop."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from thoughtly_contract.errors import ContractError
from thoughtly_contract.prism.server import PrismServer
from thoughtly_contract.supervise import signals_as_exit
from thoughtly_openapi.loader import spec_file

_OUTPUT = sys.stdout.buffer


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="prism", description="Run Prism (@stoplight/prism-cli) on this machine.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    mock = verbs.add_parser("mock", help="serve a mock of the spec")
    mock.add_argument("--dynamic", action="store_const", const="--dynamic", help="make responses up from the schemas")
    proxy = verbs.add_parser("proxy", help="validate what passes to and from a server on this machine")
    proxy.add_argument("--upstream", required=True, metavar="URL", help="the server behind the proxy; loopback only")
    for verb in (mock, proxy):
        verb.add_argument("spec", nargs="?", type=Path, default=spec_file(), help="default: the compiled spec")
        verb.add_argument("--port", type=int, default=4010, help="on 127.0.0.1; 0 takes a free one (default: 4010)")
        verb.add_argument("--errors", action="store_const", const="--errors", help="answer a violation with an error")
    return parser


def _server(arguments: argparse.Namespace) -> AbstractContextManager[PrismServer]:
    chosen = (arguments.errors, getattr(arguments, "dynamic", None))
    options = [option for option in chosen if option]
    if arguments.verb == "mock":
        return PrismServer.mock(arguments.spec, port=arguments.port, options=options, output=_OUTPUT)
    return PrismServer.proxy(arguments.spec, arguments.upstream, port=arguments.port, options=options, output=_OUTPUT)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 2 where Prism cannot run, 1 where it died."""
    arguments = _parser().parse_args(argv)
    try:
        with signals_as_exit(), _server(arguments) as prism:
            sys.stdout.write(f"ready: {prism.url}\n")
            sys.stdout.flush()
            status = prism.wait()
            sys.stderr.write(f"prism: ended by itself with status {status}\n")
            return 1
    except ContractError as error:
        sys.stderr.write(f"prism: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
