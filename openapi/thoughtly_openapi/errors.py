"""Every way in which the spec pipeline refuses its input.

    SpecError
    ├── SourceError        a page or document cannot be had (file, network, size, redirect, time-out)
    ├── PageError          a page does not hold exactly one usable OpenAPI document
    ├── DocumentError      a file is not the YAML or JSON it claims to be; carries file, line and column
    ├── OverlayError       an overlay is invalid, or one of its actions matches nothing
    ├── MergeError         vendored documents contradict each other
    ├── UnsupportedError   the spec uses a feature that a later stage cannot serve; carries JSON pointers
    ├── LockError          a vendored file or the lock is not what was vendored
    ├── ToolError          an external tool (generator, formatter, node) is missing or failed
    └── WorkspaceError     no project root, or a broken one

Errors carry facts; only the command line renders them.
"""


class SpecError(Exception):
    """Base of every error that this package raises on purpose. ``str()`` is one clear sentence."""


class SourceError(SpecError):
    """A page or document could not be read from where it was said to be."""


class PageError(SpecError):
    """A docs page does not hold exactly one OpenAPI document for the expected operation."""


class DocumentError(SpecError):
    """A YAML or JSON text that cannot be read as a document."""

    def __init__(self, name: str, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = name if line is None else f"{name}:{line}" if column is None else f"{name}:{line}:{column}"
        super().__init__(f"{place}: {problem}")
        self.name, self.problem, self.line, self.column = name, problem, line, column


class OverlayError(SpecError):
    """An overlay that the Overlay specification calls invalid, or an action that matches nothing."""


class MergeError(SpecError):
    """Two vendored documents that cannot be one: unequal components, a repeated operation, other servers."""


class UnsupportedError(SpecError):
    """The spec uses something that a later stage cannot serve.

    ``findings`` maps each JSON pointer into the compiled spec to what is unsupported there.
    """

    def __init__(self, findings: dict[str, str]) -> None:
        super().__init__("\n".join(f"{pointer}: {problem}" for pointer, problem in findings.items()))
        self.findings = findings


class LockError(SpecError):
    """The lock is unreadable, or a vendored file differs from what the lock recorded."""


class ToolError(SpecError):
    """An external tool is missing, has the wrong version, or failed."""


class WorkspaceError(SpecError):
    """The command was not run inside a checkout of the project."""
