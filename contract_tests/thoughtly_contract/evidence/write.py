"""Writes what was found out into the overlay that assumed it."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import EvidenceError
from thoughtly_contract.evidence.marks import MARK, SOURCE, UNPROVEN
from thoughtly_contract.evidence.places import REFUTED, Place, label_of, places, target_of, unmarked
from thoughtly_contract.evidence.report import Claim, EvidenceReport
from thoughtly_contract.evidence.rules import Verdict
from thoughtly_contract.evidence.splice import SpliceError, Splicer
from thoughtly_openapi.compile import compile_documents, compile_workspace
from thoughtly_openapi.documents import parse, parse_file
from thoughtly_openapi.errors import SpecError
from thoughtly_openapi.workspace import Workspace

NEXT = "next: scripts/regenerate"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_TRIES = 3
_OF_REQUIRED = {"required", "description"}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the claims that were not only looked for."""

    changed: tuple[str, ...]
    """A line for each change."""
    left: tuple[str, ...]
    """A line for each claim that could not be written, with the reason."""

    def lines(self) -> Iterator[str]:
        """Yield what was done as lines of text."""
        yield from self.changed
        yield from self.left
        yield NEXT if self.changed else "the overlay says all of this already: nothing is written"


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim and what to write of it."""

    claim: Claim
    place: Place
    subject: str

    @property
    def is_told(self) -> bool:
        """Whether the overlay says so already."""
        if self.claim.verdict is Verdict.REFUTED:
            return self.place.is_refuted
        return self.place.evidence == "observed" and not self.place.is_refuted

    def marks(self, told: str) -> dict[str, str]:
        """Return what the marked object has to say."""
        if self.claim.verdict is Verdict.REFUTED:
            return {MARK: self.place.evidence, SOURCE: self.claim.source, REFUTED: told}
        return {MARK: "observed", SOURCE: told}


class Writer:
    """Writes into the overlays of one checkout."""

    def __init__(self, workspace: Workspace, spec: Mapping[str, Any], host: str, days: Iterable[date]) -> None:
        """Take what every change is to name.

        Args:
            workspace: the checkout.
            spec: the compiled spec that answers were held against.
            host: who answered.
            days: when it did, one at least.

        Raises:
            EvidenceError: the checkout does not compile to ``spec``.
        """
        if not _HOST.fullmatch(host):
            raise EvidenceError(f"{host!r} is no name of a host")
        self._workspace, self._spec = workspace, spec
        first, last = min(days := set(days)), max(days)
        self._when = f"{host} on {first}" if first == last else f"{host} between {first} and {last}"
        with _clear_errors():
            compiled = compile_workspace(workspace)
        if unmarked(compiled) != unmarked(spec):
            raise EvidenceError(f"{workspace.root} does not compile to the spec in use: run scripts/regenerate first")

    def write(self, report: EvidenceReport) -> Written:
        """Write what a report confirms or refutes; what the overlay says already stays as it is.

        Raises:
            EvidenceError: the answers prove nothing, or the overlay would not compile; nothing is written.
        """
        if report.circular:
            raise EvidenceError(f"no evidence is written: {report.circular}")
        decided = [claim for claim in report.claims if claim.verdict is not Verdict.NOT_SEEN]
        done = [finding for file in self._workspace.overlays for finding in self._write(file, decided)]
        with _clear_errors():
            known = places(self._workspace)
        reasons = ((claim.pointer, _obstacle(claim, known.get(claim.pointer))) for claim in decided)
        left = tuple(f"left: {pointer}: {reason}" for pointer, reason in reasons if reason)
        return Written(tuple(map(self._line, done)), left)

    def _write(self, file: Path, claims: list[Claim]) -> list[Finding]:
        done: list[Finding] = []

        def edited(text: str) -> str:
            done[:] = self._findings(file, text, claims)
            return self._edited(text, file.name, done) if done else text

        _replace(file, edited)
        return done

    def _findings(self, file: Path, text: str, claims: list[Claim]) -> list[Finding]:
        """Return what a file does not say yet."""
        with _clear_errors():
            where = places(self._workspace, {file.name: parse(text.removeprefix("\ufeff"), file.name)})
        found = (
            Finding(claim, where[claim.pointer], label_of(self._spec, claim.pointer))
            for claim in claims
            if not _obstacle(claim, where.get(claim.pointer))
        )
        return [
            finding
            for finding in found
            if finding.place.file == file and finding.place.evidence in UNPROVEN and not finding.is_told
        ]

    def _line(self, finding: Finding) -> str:
        verdict = "observed" if finding.claim.verdict is Verdict.CONFIRMED else "refuted"
        return f"{finding.place.file.name}: {finding.claim.pointer}: {verdict}"

    def _edited(self, text: str, name: str, findings: list[Finding]) -> str:
        with _clear_errors():
            expected = parse(text.removeprefix("\ufeff"), name)
            splicer = Splicer(text)
            for finding in findings:
                self._edit(splicer, expected, finding)
            edited = splicer.result()
            # Whatever a YAML text can be: what is written says what was meant, and nothing else is changed.
            if parse(edited.removeprefix("\ufeff"), name) != expected:
                raise EvidenceError(f"{name} is written in a way that cannot be edited: edit it by hand")
            self._require_compiling(name, expected)
        return edited

    def _edit(self, splicer: Splicer, expected: Any, finding: Finding) -> None:
        marks = finding.marks(f"{self._when}: {finding.claim.reason}")
        if not finding.place.is_its_own:
            self._append(splicer, expected, finding, marks)
            return
        path: tuple[str | int, ...] = ("actions", finding.place.action, "update", *finding.place.keys)
        node: Any = expected
        for step in path:
            node = node[step]
        if REFUTED in node and REFUTED not in marks:
            splicer.remove(path, REFUTED)
            del node[REFUTED]
        previous = MARK
        for key, value in marks.items():
            if node.get(key) != value:
                splicer.set(path, key, value, after=previous)
                node[key] = value
            previous = key

    def _append(self, splicer: Splicer, expected: Any, finding: Finding, marks: dict[str, str]) -> None:
        # What is found out about one operation says nothing of the next one that the action comes to match.
        action = {
            "description": f"What is known of {finding.subject} alone.",
            "target": target_of(finding.claim.pointer),
            "x-may-match-nothing": "upstream may come to document it",
            "update": marks,
        }
        splicer.append(("actions",), action)
        expected["actions"].append(action)

    def _require_compiling(self, name: str, overlay: Any) -> None:
        documents = {path.name: parse_file(path) for path in sorted(self._workspace.upstream.glob("*.yaml"))}
        overlays = {path.name: parse_file(path) for path in self._workspace.overlays}
        if unmarked(compile_documents(documents, overlays | {name: overlay})) != unmarked(self._spec):
            raise EvidenceError(f"{name} is not edited: more than its marks would change")


def _obstacle(claim: Claim, place: Place | None) -> str | None:
    """Return why a claim cannot be written, or None."""
    if place is None:
        return "no action of an overlay holds its mark"
    if claim.verdict is Verdict.CONFIRMED and claim.pointer.endswith("/requestBody") and place.adds - _OF_REQUIRED:
        return "its mark speaks of more than that a body is required: give the other parts marks of their own"
    return None


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except (SpecError, SpliceError) as error:
        raise EvidenceError(f"no evidence is written: {error}") from error


def _replace(file: Path, edit: Callable[[str], str]) -> None:
    """Replace a file by its edited text, at once, and never by an edit of a text that is no longer there."""
    file = file.resolve()
    with _locked(file.parent):
        for _ in range(_TRIES):
            before = file.read_bytes()
            after = edit(before.decode("utf-8")).encode()
            if after == before:
                return
            fresh = _beside(file, after)
            if file.read_bytes() == before:
                fresh.replace(file)
                return
            fresh.unlink()
    raise EvidenceError(f"{file.name} is being changed by others: try again")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _beside(file: Path, content: bytes) -> Path:
    # Under a name that is no overlay's.
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", suffix=".new", delete=False) as fresh:
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
    shutil.copymode(file, fresh.name)
    return Path(fresh.name)
