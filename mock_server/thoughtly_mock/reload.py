"""Following edits of the spec and of the scenario file while the mock runs."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from watchfiles import watch

from thoughtly_mock.app import create_app
from thoughtly_mock.console import Console
from thoughtly_mock.problems import Problem
from thoughtly_mock.settings import Settings
from thoughtly_mock.sources import Source
from thoughtly_mock.state import RELOAD_ERROR
from thoughtly_mock.store import Store

DEBOUNCE_MILLISECONDS = 200


class ReloadingApp:
    """The newest mock that could be made; a version that cannot be used changes nothing."""

    def __init__(
        self, source: Source, scenarios: Path | None, settings: Settings, store: Store, say: Callable[[str], None]
    ) -> None:
        """Make the first version.

        Args:
            source: where the spec comes from.
            scenarios: the scenario file; None for none.
            settings: how the mock behaves.
            store: kept through all versions.
            say: told of each new version, and of what is wrong with one.

        Raises:
            ValueError: the first version cannot be made.
        """
        self._source, self._scenarios, self._say = source, scenarios, say
        self._settings, self._store = settings, store
        self._ended = threading.Event()
        self.spec: dict[str, Any] = source.load()
        self._app: ASGIApp = self._made(self.spec)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the newest version."""
        await self._app(scope, receive, send)

    def _made(self, spec: dict[str, Any]) -> ASGIApp:
        if self._scenarios is not None:
            Console(self._store, spec).load(self._scenarios)
        app: ASGIApp = create_app(spec, self._settings, self._store)
        return app

    def reload(self) -> None:
        """Make the version that the files have now; say so, or what is wrong with it."""
        try:
            spec = self._source.load()
            app = self._made(spec)
        except (ValueError, Problem, OSError, KeyError, TypeError) as error:
            told = str(error) or repr(error)
            self._store.update(RELOAD_ERROR, lambda _old: told)
            self._say(f"the last good version is served still: {told}")
        else:
            self.spec, self._app = spec, app
            self._store.update(RELOAD_ERROR, lambda _old: None)
            self._say("serving the new version")

    def follow(self) -> None:
        """Reload after each edit, in a thread of its own."""
        threading.Thread(target=self._follow, daemon=True, name="thoughtly-mock-reload").start()

    def _follow(self) -> None:
        watched = [*self._source.paths, *([self._scenarios] if self._scenarios else [])]
        # Editors replace files: their folders are watched, for the names that matter.
        folders = {path if path.is_dir() else path.resolve().parent for path in watched}
        matter = {path.resolve() for path in watched}
        for changes in watch(*folders, stop_event=self._ended, debounce=DEBOUNCE_MILLISECONDS):
            changed = {Path(name).resolve() for _, name in changes}
            if any(matter & {path, *path.parents} for path in changed):
                self.reload()

    def stop(self) -> None:
        """Follow no longer."""
        self._ended.set()
