"""Makes the guard that options describe."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from thoughtly_contract.errors import UsageError
from thoughtly_contract.guard.budget import Budget
from thoughtly_contract.guard.decision import Guard
from thoughtly_contract.guard.journal import Journal
from thoughtly_contract.guard.pace import Pace
from thoughtly_contract.guard.proxy import Proxy
from thoughtly_contract.guard.upstream import Upstream, require_permission


def proxy_of(
    arguments: argparse.Namespace,
    spec: Mapping[str, Any],
    url: str,
    *,
    mark: str = "",
    real: bool = False,
    tell: Callable[[str], object] = sys.stderr.write,
) -> Proxy:
    """Return the proxy that the options describe.

    Args:
        arguments: with what :func:`thoughtly_contract.guard.flags.add_options` adds.
        spec: of the server.
        url: where the server is.
        mark: see :class:`Proxy`.
        real: whether the server is paced as one that others use, too, wherever it is.
        tell: is told of everything that does not pass.

    Raises:
        ContractError: the server may not be talked to, or a file cannot be used.
    """
    upstream = Upstream.of(url)
    require_permission(upstream, arguments.live)
    if arguments.max_calls and not arguments.allow_contact:
        raise UsageError("--max-calls without --allow-contact: name the contacts who may be called")
    file = arguments.budget or default_file(upstream)
    budget = Budget(file, upstream.authority.decode(), arguments.max_calls)
    pace = Pace(file.with_name(f"{file.name}.pace"), arguments.rate) if real or not upstream.is_loopback else None
    guard = Guard(spec, budget, arguments.allow_contact)
    return Proxy(guard, upstream, Journal(spec, arguments.journal), pace, arguments.dry_run, mark, tell=tell)


def default_file(upstream: Upstream, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the calls to a server are counted unless told otherwise; the folder is made.

    Raises:
        UsageError: the folder cannot be made.
    """
    state = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    folder = Path(state) / "thoughtly-contract"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}; name a file with --budget") from error
    return folder / f"{upstream.host.replace(':', '-')}-{upstream.port}.json"
