"""What GitHub shows: annotations on the spec's lines, and a step summary."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from thoughtly_contract.report.terminal import calls, verdict

_MOST = 10
"""GitHub shows no more annotations of one step."""


def places_of(spec: Mapping[str, Any], root: Path) -> dict[str, tuple[str, int]]:
    """Return file and line of each operation in the vendored documents of a checkout, by its method and path."""
    found: dict[str, tuple[str, int]] = {}
    for file in sorted((root / "openapi" / "upstream").glob("*.yaml")):
        path = ""
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            word = line.strip().strip("'\"").rstrip(":").strip("'\"")
            path = word if word in spec["paths"] else path
            if path and word in spec["paths"][path]:
                found.setdefault(f"{word.upper()} {path}", (str(file.relative_to(root)), number))
    return found


def annotations(result: Mapping[str, Any], places: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """Yield a workflow command for each problem.

    Args:
        result: as :meth:`Result.to_json` returns it.
        places: file and line of each operation, by its method and path.
    """
    for problem in result["problems"][:_MOST]:
        place = places.get(problem["operation"])
        where = f"file={_property(place[0])},line={place[1]}," if place else ""
        title = _property(f"{problem['operation']} {problem['check']}: {problem['kind']}".strip())
        yield f"::error {where}title={title}::{_message(problem['message'])}"


def summary(result: Mapping[str, Any]) -> str:
    """Return the step summary in Markdown."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Mapping[str, Any]) -> Iterator[str]:
    yield f"### Contract checks of {_inline(result['target'])}: {verdict(result)}"
    yield f"\nCalls placed: **{calls(result)}**. Seed {result['seed']}.\n"
    yield "| check | operation | outcome |\n|---|---|---|"
    for check in result["checks"]:
        name = check["name"].removeprefix("test_").replace("_", " ")
        yield f"| {name} | {_inline(check['operation'])} | {check['outcome']} |"
    for problem in result["problems"]:
        yield f"\n**{_inline(problem['kind'])}** in {_inline(problem['operation'])}"
        yield _block(problem["message"])
        if problem["curl"]:
            yield _block(problem["curl"])


def _inline(text: str) -> str:
    plain = " ".join(text.split()).replace("|", "\\|").replace("`", "'").replace("<", "&lt;")
    return f"`{plain}`" if plain else ""


def _block(text: str) -> str:
    return "\n" + "\n".join(f"    {line}" for line in text.splitlines())


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
