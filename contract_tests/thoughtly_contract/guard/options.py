"""The options of everything that talks through the guard."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import UsageError
from thoughtly_contract.guard.budget import Budget
from thoughtly_contract.guard.decision import Guard
from thoughtly_contract.guard.journal import Journal
from thoughtly_contract.guard.pace import Pace
from thoughtly_contract.guard.proxy import Proxy
from thoughtly_contract.guard.upstream import PERMISSION, Upstream, require_permission

DOCUMENTED_PER_MINUTE = 100.0
"""Requests a minute that upstream's page on rate limits allows; no operation's own page says another figure."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what says how much may pass."""
    group = parser.add_argument_group("the guard", "stands before every server that is not on this machine")
    group.add_argument(
        "--live", metavar="HOST", help=f"the host whose calls are real; {PERMISSION} has to name it as well"
    )
    group.add_argument(
        "--allow-contact", action="append", default=[], metavar="ID", help="a contact who may be called; repeatable"
    )
    group.add_argument(
        "--max-calls", type=_not_negative, default=0, metavar="N", help="calls that may be placed, ever (default: 0)"
    )
    group.add_argument(
        "--budget",
        type=Path,
        metavar="FILE",
        help="where calls are counted (default: a file for each host)",
    )
    group.add_argument(
        "--rate",
        type=_positive,
        default=DOCUMENTED_PER_MINUTE / 2,
        metavar="N",
        help=f"requests a minute (default: {DOCUMENTED_PER_MINUTE / 2:g}, half of what is documented)",
    )
    group.add_argument("--journal", type=Path, metavar="FILE", help="append each request and its answer, as NDJSON")
    group.add_argument("--dry-run", action="store_true", help="show what would be sent, and send nothing")


def proxy_of(
    arguments: argparse.Namespace, spec: Mapping[str, Any], url: str, *, mark: str = "", real: bool = False
) -> Proxy:
    """Return the proxy that the options describe.

    Args:
        arguments: with what :func:`add_options` adds.
        spec: of the server.
        url: where the server is.
        mark: see :class:`Proxy`.
        real: whether the server is paced as one that others use, too, wherever it is.

    Raises:
        ContractError: the server may not be talked to, or a file cannot be used.
    """
    upstream = Upstream.of(url)
    require_permission(upstream, arguments.live)
    if arguments.max_calls and not arguments.allow_contact:
        raise UsageError("--max-calls without --allow-contact: name the contacts who may be called")
    file = arguments.budget or default_file(upstream)
    budget = Budget(file, upstream.authority.decode(), arguments.max_calls)
    pace = Pace(file.with_name(f"{file.name}.pace"), arguments.rate) if real or not upstream.is_loopback else None
    guard = Guard(spec, budget, arguments.allow_contact)
    return Proxy(guard, upstream, Journal(spec, arguments.journal), pace, arguments.dry_run, mark)


def default_file(upstream: Upstream, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the calls to a server are counted unless told otherwise; the folder is made.

    Raises:
        UsageError: the folder cannot be made.
    """
    state = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    folder = Path(state) / "thoughtly-contract"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}; name a file with --budget") from error
    return folder / f"{upstream.host.replace(':', '-')}-{upstream.port}.json"


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return number
