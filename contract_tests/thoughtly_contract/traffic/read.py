"""Reads a file of recorded traffic entry by entry."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from thoughtly_contract.errors import TrafficError
from thoughtly_contract.traffic import har, journal
from thoughtly_contract.traffic.fields import Fields
from thoughtly_contract.traffic.recorded import Aside, Recorded

Entries = Iterator[Recorded | Aside]
# The mock keeps 64 KiB of each body: even escaped and in Base64 its entries are far smaller.
LONGEST_LINE = 16 * 1024 * 1024
STANDARD_INPUT = Path("-")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of NDJSON, or the beginning of a first line that is too long to be one."""

    number: int
    content: bytes
    """With the line's end."""


def read(file: BinaryIO, name: str) -> Entries:
    """Yield the entries of an HTTP Archive, of a journal as JSON, or of one as NDJSON.

    NDJSON is read line by line, anything else whole.

    Raises:
        TrafficError: names the file, and the line or the entry.
    """
    lines = _lines(file, name)
    first = next(lines, None)
    if first is None:
        raise TrafficError(f"{name} is empty")
    value = _json_or_none(first.content)
    if isinstance(value, dict) and not {"log", "requests"} & value.keys():
        return _journal(chain([first], lines), name)
    # In front of what was read already, so many line ends that errors name the right line.
    above = b"\n" * (first.number - 1)
    return _document(_parsed(b"".join([above, first.content, file.read()]), name), name)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file of recorded traffic, or the standard input for ``-``.

    Raises:
        TrafficError: it cannot be opened, or not be read to its end.
    """
    try:
        if path == STANDARD_INPUT:
            yield sys.stdin.buffer
            return
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise TrafficError(f"{path}: {error.strerror}") from error


def _lines(file: BinaryIO, name: str) -> Iterator[Line]:
    number = 0
    while content := file.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            content = content.removeprefix(_BYTE_ORDER_MARK)
        if len(content) == LONGEST_LINE and number > 1:
            raise TrafficError(f"{name}: line {number} is longer than {LONGEST_LINE} bytes")
        if content.strip():
            yield Line(number, content)


def _journal(lines: Iterator[Line], name: str) -> Entries:
    for line in lines:
        place = f"{name}: line {line.number}"
        yield journal.entry(Fields(_parsed(line.content.rstrip(b"\r\n"), place), place))


def _document(value: Any, name: str) -> Entries:
    top = Fields(value, name)
    log = top.inner("log") if "log" in top else top
    make = partial(har.entry, by_mock=har.is_of_mock(log)) if "log" in top else journal.entry
    listed = "entries" if "log" in top else "requests"
    if listed not in log:
        raise TrafficError(f"{name} is neither an HTTP Archive, with log and entries, nor a journal")
    for number, (_, entry) in enumerate(log.list(listed), 1):
        yield make(Fields(entry, f"{name}: entry {number}"))


def _parsed(content: bytes, place: str) -> Any:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        where = f" at line {error.lineno}, column {error.colno}" if error.lineno > 1 else f" at column {error.colno}"
        raise TrafficError(f"{place} is not JSON: {error.msg}{where}") from error
    except UnicodeDecodeError as error:
        raise TrafficError(f"{place} is not UTF-8 at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise TrafficError(f"{place} cannot be read as JSON: it is nested too deep, or holds a huge number") from error


def _json_or_none(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
