"""What a server did, beside what it answered: the requests that it carried out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Placed:
    """One request that a server carried out: with a call operation, one phone that rang."""

    operation_id: str | None
    target: str
    """Path and query as the server took them."""
    body: Any
    """The body as JSON; None where there is none, bytes where it is no JSON."""


Witness = Callable[[], Sequence[Placed]]
"""Returns everything that was carried out since the server started, oldest first."""


def journal_of(store: Any) -> Witness:
    """Return the journal of the kit's mock as a witness. This is all that the checks know of that journal."""

    found: list[Placed] = []
    last = 0

    def placed() -> Sequence[Placed]:
        nonlocal last
        for entry in store.entries(last):
            last = entry.number
            if entry.verdict == ACCEPTED:
                found.append(Placed(entry.operation_id, entry.target, _json(entry.body)))
        return found

    return placed


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body
