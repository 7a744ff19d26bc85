"""What the command `thoughtly-mock` does with its options."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from thoughtly_mock.app import create_app
from thoughtly_mock.server import PortError, curl, say, serve
from thoughtly_mock.settings import Settings
from thoughtly_openapi.loader import load_spec


def run(options: Namespace) -> int:
    """Serve the mock as the options say; return the exit code."""
    try:
        spec = _spec(options.spec)
        keys = _keys(spec, options)
        app = create_app(spec, Settings(accepted=keys, seed=options.seed))
        serve(app, options.host, options.port, lambda url: _announce(spec, url, keys))
    except (PortError, OSError, ValueError) as error:
        print(f"thoughtly-mock: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


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


def _announce(spec: dict[str, Any], url: str, keys: dict[str, str]) -> None:
    say(f"The mock of {spec['info']['title']} listens on {url} (reference page: {url}/docs). No phone rings. Try:\n")
    say(f"    {curl(spec, url, fixed=keys)}\n")
