"""A mock of the Thoughtly API, driven by the compiled spec."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thoughtly_mock.app import create_app
    from thoughtly_mock.operation import Settings

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    # The framework is an extra, and slow to import: the command must be able to say that it is missing.
    if name in __all__:
        from thoughtly_mock import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
