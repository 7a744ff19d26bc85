"""Writes every report that was asked for."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from thoughtly_contract.report.files import as_json, cleaned_junit, require_writable, write
from thoughtly_contract.report.github import annotations, places_of, summary
from thoughtly_contract.report.page import page
from thoughtly_contract.report.terminal import show
from thoughtly_openapi.loader import spec_file


@dataclass(frozen=True, slots=True)
class Reporter:
    """Where a run is told."""

    json: Path | None
    html: Path | None
    junit: Path | None
    github: bool

    @classmethod
    def of(cls, arguments: Namespace) -> "Reporter":
        """Return what the command's options ask for.

        Raises:
            UsageError: a report could not be written.
        """
        for option in ("json", "html", "junit"):
            require_writable(f"--{option}", getattr(arguments, option))
        github = arguments.github or os.environ.get("GITHUB_ACTIONS") == "true"
        return cls(arguments.json, arguments.html, arguments.junit, github)

    def tell(self, result: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
        """Tell a result, as :meth:`Result.to_json` returns it."""
        if self.json:
            write(self.json, as_json(result))
        if self.html:
            write(self.html, page(result))
        show(result, Console())
        if self.github:
            _tell_github(result, spec)

    def keep_junit(self, written: Path, clean: Callable[[str], str]) -> None:
        """Put pytest's own report where it was asked for."""
        if self.junit and written.is_file():
            write(self.junit, cleaned_junit(written.read_text(encoding="utf-8"), clean))


def _tell_github(result: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    places = places_of(spec, spec_file().parents[2])
    sys.stdout.writelines(f"{line}\n" for line in annotations(result, places))
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as steps:
            steps.write(summary(result))
