"""The module's own ``__spec__`` tells which API spec it was made from."""

from importlib.machinery import ModuleSpec
from typing import Any

from thoughtly_client.operation import Provenance


class SpecOfSpec(ModuleSpec):
    """A module spec, which the import system needs as it is, that also tells of the API's spec.

    ``__spec__.sha256``, ``__spec__.generator`` and ``__spec__.ruff``; the same by subscript.
    """

    sha256: str
    generator: str
    ruff: str

    def __getitem__(self, name: str) -> str:
        if name not in SpecOfSpec.__annotations__:
            raise KeyError(name)
        value: str = getattr(self, name)
        return value


def describe(spec: Any, provenance: Provenance) -> None:
    """Make a module's ``__spec__`` tell of ``provenance``."""
    spec.__class__ = SpecOfSpec
    spec.sha256 = provenance.sha256
    spec.generator = provenance.tools["openapi-python-client"]
    spec.ruff = provenance.tools["ruff"]
