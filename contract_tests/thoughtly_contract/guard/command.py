"""``thoughtly-contract proxy``: the guard on its own."""

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from thoughtly_contract.guard.flags import add_options
from thoughtly_contract.guard.options import proxy_of
from thoughtly_contract.guard.proxy import running
from thoughtly_contract.spec import read_spec
from thoughtly_contract.supervise import signals_as_exit


def main(argv: Sequence[str]) -> int:
    """Serve until a signal ends it.

    Raises:
        ContractError: the upstream may not be talked to, a file cannot be used, or the port cannot be had.
    """
    arguments = _parser().parse_args(argv)
    proxy = proxy_of(arguments, read_spec(arguments.spec), arguments.upstream)
    budget = proxy.guard.budget
    with signals_as_exit(), running(proxy, arguments.port) as url:
        sys.stdout.write(
            f"{url} forwards to {proxy.upstream.url}; {len(budget.calls)} of {budget.most} calls are spent "
            f"(counted in {budget.file})\n"
        )
        sys.stdout.flush()
        threading.Event().wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thoughtly-contract proxy",
        description="Forward requests to a server, but for those that could place a call which was not asked for.",
        epilog="Listens on 127.0.0.1. Exit status: 2 if it cannot run.",
    )
    parser.add_argument("--upstream", required=True, metavar="URL", help="https://HOST, or http:// on this machine")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="to listen on (default: a free one)")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="a compiled spec (default: the installed one)")
    add_options(parser)
    return parser
