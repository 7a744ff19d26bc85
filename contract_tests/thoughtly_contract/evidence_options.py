"""The options with which commands write evidence. Needs nothing: commands read it before they know what is there."""

import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--write-evidence",
        action="store_true",
        help="write what is confirmed or refuted into the overlays of the checkout around the working directory",
    )
    parser.add_argument(
        "--evidence-of",
        metavar="HOST",
        help="with --write-evidence: the host that answered, where that was reached through this machine",
    )
