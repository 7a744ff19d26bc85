"""Where the spec that is mocked comes from, and which files decide it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from thoughtly_openapi.loader import load_spec, operations, spec_file


class SourceError(ValueError):
    """A spec cannot be used; the text says which file and why."""


class Source(Protocol):
    """Where a spec comes from."""

    @property
    def paths(self) -> Sequence[Path]:
        """Files and folders that decide it."""

    def load(self) -> dict[str, Any]:
        """Return the spec as it is now.

        Raises:
            SourceError: it cannot be used.
        """


class Installed:
    """The compiled spec that is installed with the kit."""

    @property
    def paths(self) -> Sequence[Path]:
        """The one file."""
        return [spec_file()]

    def load(self) -> dict[str, Any]:
        """Return the spec."""
        return load_spec()


@dataclass(frozen=True, slots=True)
class CompiledFile:
    """A compiled spec in a JSON file."""

    file: Path

    @property
    def paths(self) -> Sequence[Path]:
        """The one file."""
        return [self.file]

    def load(self) -> dict[str, Any]:
        """Return the spec as the file has it now.

        Raises:
            SourceError: it cannot be read, is no JSON, or is no compiled spec.
        """
        try:
            spec: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
            list(operations(spec))
        except OSError as error:
            raise SourceError(f"{self.file}: {error.strerror}") from error
        except ValueError as error:
            raise SourceError(f"{self.file} is not JSON: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise SourceError(f"{self.file} is no compiled spec: {error!r}") from error
        return spec


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a checkout vendors, compiled anew each time."""

    root: Path

    @property
    def paths(self) -> Sequence[Path]:
        """The folders of the vendored documents and of the overlays."""
        return [self.root / "openapi" / "upstream", self.root / "openapi" / "overlays"]

    def load(self) -> dict[str, Any]:
        """Return the spec as the checkout has it now.

        Raises:
            SourceError: it does not compile.
        """
        # Needs what the mock alone does not bring: it is asked for in a checkout only.
        from thoughtly_openapi.compile import compile_workspace
        from thoughtly_openapi.errors import SpecError
        from thoughtly_openapi.workspace import Workspace

        try:
            return compile_workspace(Workspace(self.root))
        except (SpecError, OSError) as error:
            raise SourceError(str(error)) from error


def checkout() -> Checkout | None:
    """Return the checkout that the kit is installed from; None where it is not installed from one."""
    root = spec_file().parents[2]
    return Checkout(root) if (root / "openapi" / "source.lock.json").is_file() else None
