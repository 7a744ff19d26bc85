"""Writes reports: whole, or not at all."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from thoughtly_contract.errors import UsageError


def require_writable(option: str, file: Path | None) -> None:
    """Return if a report can be written.

    Raises:
        UsageError: it cannot; found out before anything is sent.
    """
    if file is None:
        return
    folder = file.resolve().parent
    if not folder.is_dir():
        raise UsageError(f"{option} {file}: there is no folder {folder}")
    if file.is_dir():
        raise UsageError(f"{option} {file}: this is a folder")
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise UsageError(f"{option} {file}: it may not be written")


def write(file: Path, text: str) -> None:
    """Put text into a file in one step, so that nobody ever finds half of it."""
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, encoding="utf-8", errors="backslashreplace")
    partial.replace(file)


def as_json(result: Mapping[str, Any]) -> str:
    """Return a result as JSON."""
    return json.dumps(result, indent=2, ensure_ascii=False) + "\n"


def cleaned_junit(text: str, clean: Callable[[str], str]) -> str:
    """Return a JUnit report in which everything that tests said has been cleaned."""
    root = ElementTree.fromstring(text)  # noqa: S314 -- written by pytest a moment ago
    for element in root.iter():
        if element.text and element.text.strip():
            element.text = clean(element.text)
        if "message" in element.attrib:
            element.attrib["message"] = clean(element.attrib["message"])
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
