"""A mock of the Thoughtly API, driven by the compiled spec."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thoughtly_mock.app import create_app
    from thoughtly_mock.entry import Entry, Verdict
    from thoughtly_mock.settings import Settings
    from thoughtly_mock.store import MemoryStore, Store

MODULES = {
    "create_app": "app",
    "Entry": "entry",
    "MemoryStore": "store",
    "Settings": "settings",
    "Store": "store",
    "Verdict": "entry",
}

__all__ = ["Entry", "MemoryStore", "Settings", "Store", "Verdict", "create_app"]


def __getattr__(name: str) -> Any:
    # The framework is an extra, and slow to import: the command must be able to say that it is missing.
    if name in __all__:
        return getattr(import_module(f"thoughtly_mock.{MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
