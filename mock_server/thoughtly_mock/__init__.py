"""A mock of the Thoughtly API, driven by the compiled spec."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thoughtly_mock.app import create_app
    from thoughtly_mock.journal import Entry, Journal, MemoryJournal
    from thoughtly_mock.operation import Settings

MODULES = {
    "create_app": "app",
    "Entry": "journal",
    "Journal": "journal",
    "MemoryJournal": "journal",
    "Settings": "operation",
}

__all__ = ["Entry", "Journal", "MemoryJournal", "Settings", "create_app"]


def __getattr__(name: str) -> Any:
    # The framework is an extra, and slow to import: the command must be able to say that it is missing.
    if name in __all__:
        return getattr(import_module(f"thoughtly_mock.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
