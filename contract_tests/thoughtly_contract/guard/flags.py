"""The options of everything that talks through the guard.

Needs nothing: commands read it before they know what is installed.
"""

import argparse
from pathlib import Path

PERMISSION = "THOUGHTLY_CONTRACT_LIVE"
"""The environment variable that has to name a live host a second time."""
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
