"""What the command `thoughtly-mock` does with its options."""

import json
import os
import sys
from argparse import Namespace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from thoughtly_mock.app import create_app
from thoughtly_mock.console import Console
from thoughtly_mock.server import PortError, curl, say, serve
from thoughtly_mock.settings import Settings
from thoughtly_mock.store import MemoryStore
from thoughtly_openapi.loader import load_spec

TOKEN_VARIABLE = "THOUGHTLY_MOCK_TOKEN"  # noqa: S105 (the name of a variable)


class OptionError(Exception):
    """The options cannot be followed."""


def run(options: Namespace) -> int:
    """Serve the mock as the options say; return the exit code."""
    try:
        spec = _spec(options.spec)
        settings = _settings(spec, options)
        store = MemoryStore()
        if options.scenarios:
            Console(store, spec).load(options.scenarios)
        app = create_app(spec, settings, store)
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


def _spec(file: str | None) -> dict[str, Any]:
    if file is None:
        return load_spec()
    spec: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    return spec


def _keys(spec: dict[str, Any], options: Namespace) -> dict[str, str]:
    """Return the accepted keys by the header names that the spec gives them: ``--api-token`` is ``x-api-token``."""
    given = {"api_token": options.api_token, "team_id": options.team_id}
    names = [scheme["name"] for scheme in spec.get("components", {}).get("securitySchemes", {}).values()]
    plain = {name: name.lower().replace("-", "_") for name in names}
    return {name: value for name in names for key, value in given.items() if value and plain[name].endswith(key)}


def _announce(spec: dict[str, Any], url: str, settings: Settings) -> None:
    say(f"The mock of {spec['info']['title']} listens on {url} (reference page: {url}/docs). No phone rings. Try:\n")
    say(f"    {curl(spec, url, fixed=settings.accepted)}\n")
