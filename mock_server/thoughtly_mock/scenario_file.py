"""Scenario files: YAML, with the line of whatever is wrong."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from thoughtly_mock.problems import Fault, shortened

SHOWN_FAULTS = 20


class ScenarioFileError(ValueError):
    """A scenario file cannot be used; the text has a line for each reason, with the line of the file."""


def read_scenario_file(file: Path, check: Callable[[Any], Sequence[Fault]]) -> Mapping[str, Any]:
    """Return what a scenario file holds.

    Args:
        file: a YAML file that holds ``scenarios``, ``faults`` or both.
        check: returns what is wrong with such a document.

    Raises:
        ScenarioFileError: it cannot be read, is no YAML, or ``check`` finds something.
    """
    document = _load(file)
    plain = _plain(document)
    if faults := check(plain):
        raise ScenarioFileError("\n".join(_described(file, document, fault) for fault in faults[:SHOWN_FAULTS]))
    held: Mapping[str, Any] = plain
    return held


def _load(file: Path) -> Any:
    try:
        return YAML(typ="rt", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioFileError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioFileError(f"{file}: is not UTF-8 at byte {error.start}") from error
    except MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ScenarioFileError(f"{file}{line}: {error.problem}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ScenarioFileError(f"{file}: cannot be read as YAML: {error}") from error


def _plain(value: Any) -> Any:
    """Return a YAML value as the JSON value that it means; a date is its text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)


def _described(file: Path, document: Any, fault: Fault) -> str:
    where = fault.pointer or "/"
    return f"{file}:{_line(document, fault.pointer)}: {where}: {shortened(fault.detail)}"


def _line(document: Any, pointer: str) -> int:
    """Return the line, counted from 1, of what a pointer names, or of the nearest thing around it."""
    line = 0
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        try:
            key = int(name) if isinstance(document, CommentedSeq) else name
            position = document.lc.item(key) if isinstance(document, CommentedSeq) else document.lc.key(key)
            line, document = position[0], document[key]
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            break
    return line + 1
