"""What the command `thoughtly-mock` does with its options."""

import os
import sys
from argparse import Namespace
from ipaddress import ip_address
from typing import Any

from starlette.types import ASGIApp

from thoughtly_mock.app import create_app
from thoughtly_mock.console import Console
from thoughtly_mock.server import PortError, curl, say, serve
from thoughtly_mock.settings import Settings
from thoughtly_mock.sources import CompiledFile, Installed, Source, checkout
from thoughtly_mock.store import MemoryStore

TOKEN_VARIABLE = "THOUGHTLY_MOCK_TOKEN"  # noqa: S105 (the name of a variable)


class OptionError(Exception):
    """The options cannot be followed."""


def run(options: Namespace) -> int:
    """Serve the mock as the options say; return the exit code."""
    try:
        source = _source(options)
        spec = source.load()
        settings = _settings(spec, options)
        app = _app(source, spec, settings, options)
        serve(app, options.host, options.port, lambda url: _announce(spec, url, settings))
    except (OptionError, PortError, OSError, ValueError) as error:
        print(f"thoughtly-mock: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _settings(spec: dict[str, Any], options: Namespace) -> Settings:
    token = os.environ.get(TOKEN_VARIABLE) or None
    if token is None and not _is_loopback(options.host):
        raise OptionError(
            f"--host {options.host}: on an address that others reach, the control plane needs a token; "
            f"put one into the environment variable {TOKEN_VARIABLE}"
        )
    return Settings(
        accepted=_keys(spec, options),
        seed=options.seed,
        control_token=token,
        hosts=frozenset(options.allow_host),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _source(options: Namespace) -> Source:
    if options.spec is not None:
        return CompiledFile(options.spec)
    return (options.reload and checkout()) or Installed()


def _app(source: Source, spec: dict[str, Any], settings: Settings, options: Namespace) -> ASGIApp:
    store = MemoryStore()
    if options.reload:
        # Only those who ask for it wait for its import.
        from thoughtly_mock.reload import ReloadingApp

        reloading = ReloadingApp(source, options.scenarios, settings, store, _tell)
        reloading.follow()
        return reloading
    if options.scenarios:
        Console(store, spec).load(options.scenarios)
    app: ASGIApp = create_app(spec, settings, store)
    return app


def _tell(text: str) -> None:
    print(f"thoughtly-mock: {text}", file=sys.stderr, flush=True)


def _keys(spec: dict[str, Any], options: Namespace) -> dict[str, str]:
    """Return the accepted keys by the header names that the spec gives them: ``--api-token`` is ``x-api-token``."""
    given = {"api_token": options.api_token, "team_id": options.team_id}
    names = [scheme["name"] for scheme in spec.get("components", {}).get("securitySchemes", {}).values()]
    plain = {name: name.lower().replace("-", "_") for name in names}
    return {name: value for name in names for key, value in given.items() if value and plain[name].endswith(key)}


def _announce(spec: dict[str, Any], url: str, settings: Settings) -> None:
    say(f"The mock of {spec['info']['title']} listens on {url} (reference page: {url}/docs). No phone rings. Try:\n")
    say(f"    {curl(spec, url, fixed=settings.accepted)}\n")
