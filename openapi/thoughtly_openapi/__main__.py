"""The command `thoughtly-openapi`: parses, calls, prints, sets the exit code."""

import argparse
import math
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from thoughtly_openapi.errors import SpecError
from thoughtly_openapi.text import printable

NEEDS = ("ruamel.yaml", "jsonpath", "jsonschema", "openapi_spec_validator", "markdown_it", "rich")
REFUSED = 2
OWN_MODULE = {"refresh": "refresh", "regenerate": "regenerate"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 for fine, 1 for a difference or a change that was to fail, 2 for refused."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if missing := [name for name in NEEDS if find_spec(name.split(".")[0]) is None]:
        print(f"thoughtly-openapi: no {', '.join(missing)}: pip install 'thoughtly-kit[openapi]'", file=sys.stderr)
        return REFUSED
    # Each module imports what its verbs need, which is slow: none is imported for another's sake.
    module = import_module(f"thoughtly_openapi.verbs.{OWN_MODULE.get(options.verb, 'inspect')}")
    try:
        code: int = getattr(module, options.verb)(options)
    except SpecError as error:
        print(f"thoughtly-openapi {options.verb}: {printable(str(error))}", file=sys.stderr)
        return REFUSED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"thoughtly-openapi {options.verb}: {place}{error.strerror or error}", file=sys.stderr)
        return REFUSED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="thoughtly-openapi", description="From docs pages to the compiled spec.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_refresh(verbs)
    regenerate = _verb(verbs, "regenerate", "write everything that is generated from the vendored pages anew")
    regenerate.add_argument("--check", action="store_true", help="compare instead; exit 1 and list what differs")
    _verb(verbs, "compile", "print the compiled spec")
    _verb(verbs, "verify", "check that vendored files are what the lock recorded")
    extract = _verb(verbs, "extract", "print the OpenAPI document of a docs page")
    extract.add_argument("page", metavar="PAGE", help="file, address, or - for standard input")
    _add_timeout(extract)
    overlay = _verb(verbs, "overlay", "apply OpenAPI overlays and print the result as JSON")
    overlay.add_argument("spec", metavar="SPEC")
    overlay.add_argument("overlays", metavar="OVERLAY", nargs="+")
    changes = _verb(verbs, "changes", "rate the changes between two OpenAPI documents")
    changes.add_argument("base", metavar="BASE")
    changes.add_argument("revision", metavar="REVISION")
    _add_rating(changes)
    return parser


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
    verb.add_argument("--root", metavar="FOLDER", help="the checkout (default: the one around the working directory)")
    return verb


def _add_refresh(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    refresh = _verb(verbs, "refresh", "re-read the vendored pages and say what changed")
    what = refresh.add_mutually_exclusive_group()
    what.add_argument("--from", dest="source", metavar="PAGE", help="take this file, address or - for a vendored page")
    what.add_argument("--add", metavar="PAGE", help="vendor a further operation from this file, address or -")
    what.add_argument(
        "--discover", metavar="INDEX", nargs="?", const="", help="list API pages of the docs index not vendored yet"
    )
    refresh.add_argument("--dry-run", action="store_true", help="report, and write nothing")
    _add_rating(refresh)
    _add_timeout(refresh)


def _add_rating(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=("table", "json", "markdown"), default="table", help="of the report")
    verb.add_argument(
        "--fail-on",
        choices=("breaking", "additive", "any", "none"),
        default="none",
        help="exit 1 when a change is of this kind or graver (default: none)",
    )


def _add_timeout(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--timeout", type=_seconds, default=30.0, metavar="SECONDS", help="for an address (default: 30)")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"must be more than 0 seconds, not {text}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
