"""A docs page, and the one OpenAPI document in it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from thoughtly_openapi.documents import parse
from thoughtly_openapi.errors import DocumentError, PageError
from thoughtly_openapi.loader import METHODS
from thoughtly_openapi.validate import validate

# `yaml post /contact/call`; a source document may stand between, `yaml openapi.json post /contact/call`, and attributes
# of the docs host behind, `yaml post /contact/call theme={null}`.
INFO = re.compile(rf"(?:ya?ml|json)\s+(?:\S+\s+)?({'|'.join(METHODS)})\s+(/\S*)(?:\s.*)?", re.IGNORECASE)
OPENAPI_KEY = re.compile(
    r"""^(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:|"(?:openapi|swagger)"\s*:\s*"\d""", re.MULTILINE
)
HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read, and the document in it."""

    document: bytes
    """The document as the page has it: UTF-8, LF line ends, no byte order mark, one final newline."""
    parsed: dict[str, Any]
    operation: str
    """What the document describes, as ``POST /contact/call``."""
    page_sha256: str
    fence_line: int | None
    """Line of the page on which the fence opens, from 1; None for a plain OpenAPI document."""

    @property
    def document_sha256(self) -> str:
        """SHA-256 of the document's bytes, in hexadecimal."""
        return hashlib.sha256(self.document).hexdigest()


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    operation: str | None
    line: int | None


def extract(data: bytes, name: str) -> Page:
    """Take the one OpenAPI document out of a docs page in Markdown, or out of a plain OpenAPI file.

    The document is kept byte for byte, except that line ends become LF, a byte order mark and trailing blank lines go,
    and there is one final newline: a YAML document means the same, and the vendored file is the same everywhere.

    Args:
        data: the page as it was read.
        name: what to call it in errors.

    Raises:
        PageError: no OpenAPI document, two different ones, an HTML page, or another operation than the fence names.
        DocumentError: the document cannot be parsed or is not valid OpenAPI.
    """
    text = _decode(data, name)
    block = _only_block(text, name)
    parsed = _parse(block.text, name, block.line or 0)
    validate(parsed, name)
    operation = _only_operation(parsed, name)
    if block.operation not in {None, operation}:
        raise PageError(f"{name}: the fence names {block.operation}, the document in it describes {operation}")
    return Page(block.text.encode(), parsed, operation, hashlib.sha256(data).hexdigest(), block.line)


def _parse(document: str, name: str, lines_before: int) -> Any:
    try:
        return parse(document, name)
    except DocumentError as error:
        line = error.line and error.line + lines_before
        raise DocumentError(name, error.problem, line, error.column) from error


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError(f"{name}: is not UTF-8 text at byte {error.start}") from error
    if "\0" in text:
        raise PageError(f"{name}: is binary, not text")
    if HTML.match(text):
        raise PageError(f"{name}: is an HTML page; the Markdown of a docs page has the same address with .md")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _only_block(text: str, name: str) -> _Block:
    blocks = list(_fenced_blocks(text, name))
    if not blocks:
        return _plain(text, name)
    distinct = {block.text: block for block in reversed(blocks)}
    if len(distinct) > 1:
        places = ", ".join(str(block.line) for block in sorted(distinct.values(), key=lambda block: block.line or 0))
        raise PageError(f"{name}: holds {len(distinct)} different OpenAPI documents, at lines {places}")
    named = sorted({block.operation for block in blocks if block.operation})
    if len(named) > 1:
        raise PageError(f"{name}: has fences around one document that name different operations: {', '.join(named)}")
    return replace(blocks[0], operation=named[0] if named else None)


def _plain(text: str, name: str) -> _Block:
    try:
        parsed = parse(text, name)
    except DocumentError:
        if OPENAPI_KEY.match(text):
            raise
        parsed = None
    if isinstance(parsed, dict) and parsed.keys() & {"openapi", "swagger", "paths"}:
        return _Block(_trimmed(text), None, None)
    raise PageError(f"{name}: holds no OpenAPI document, neither in a fence like `yaml post /path` nor as a whole")


def _fenced_blocks(text: str, name: str) -> Iterator[_Block]:
    lines = text.split("\n")
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence" and token.map is not None:
            named = INFO.fullmatch(token.info.strip())
            if named or OPENAPI_KEY.search(token.content):
                _refuse_unclosed(token, token.map, lines, name)
                operation = f"{named[1].upper()} {named[2]}" if named else None
                yield _Block(_trimmed(token.content), operation, token.map[0] + 1)


def _trimmed(text: str) -> str:
    lines = text.split("\n")
    while lines and not lines[-1].strip(" \t"):
        lines.pop()
    return "\n".join(lines) + "\n"


def _refuse_unclosed(token: Token, span: list[int], lines: list[str], name: str) -> None:
    last = lines[span[1] - 1].strip("> \t")
    if span[1] - span[0] < 2 or len(last) < len(token.markup) or set(last) != {token.markup[0]}:
        raise PageError(f"{name}: the fence that opens at line {span[0] + 1} is never closed: the page is cut short")


def _only_operation(parsed: dict[str, Any], name: str) -> str:
    found = [
        f"{method.upper()} {path}"
        for path, item in parsed.get("paths", {}).items()
        if path.startswith("/")
        for method in METHODS
        if method in item
    ]
    if len(found) != 1:
        holds = "describes no operation" if not found else f"describes {len(found)} operations: {', '.join(found)}"
        raise PageError(f"{name}: {holds}; a page has exactly one")
    return found[0]
