"""Where the pipeline's files lie in a checkout."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from thoughtly_openapi.errors import WorkspaceError

LOCK = Path("openapi/source.lock.json")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A checkout of the project; every path of the pipeline is derived from its root."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Self:
        """Return the workspace around ``start`` (default: the working directory).

        Raises:
            WorkspaceError: no folder from ``start`` upwards holds ``openapi/source.lock.json``.
        """
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / LOCK).is_file():
                return cls(folder)
        raise WorkspaceError(f"no {LOCK} in {here} or above it: run this inside a checkout, or pass --root")

    @property
    def upstream(self) -> Path:
        """Folder of the vendored documents, byte for byte as upstream publishes them."""
        return self.root / "openapi" / "upstream"

    @property
    def overlays(self) -> tuple[Path, ...]:
        """The overlays in the order in which they apply: by file name."""
        return tuple(sorted((self.root / "openapi" / "overlays").glob("*.yaml")))

    @property
    def lock(self) -> Path:
        """Provenance of every vendored document."""
        return self.root / LOCK

    @property
    def compiled(self) -> Path:
        """The compiled spec that client, mock and checks read."""
        return self.root / "openapi" / "thoughtly_openapi" / "openapi.json"

    @property
    def client(self) -> Path:
        """Folder of the machine-written client, replaced whole by every regeneration."""
        return self.root / "generated_client" / "thoughtly_client" / "_generated"

    @property
    def reference(self) -> Path:
        """The offline reference page, a build artefact."""
        return self.root / "build" / "reference.html"
