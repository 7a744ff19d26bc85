"""At most once: no request is sent that the ledger holds already."""

import logging
from functools import partial
from typing import TypeVar

from thoughtly_client.calling import RawResponse
from thoughtly_client.engine import Course, Exchange, Work
from thoughtly_client.errors import AcceptedUnparsedError, NotSentError, OutcomeUnknownError, ThoughtlyError
from thoughtly_client.ledger import Entry, Ledger, new_token
from thoughtly_client.messages import Reply
from thoughtly_client.outcome import Outcome

log = logging.getLogger("thoughtly_client")
T = TypeVar("T")


def at_most_once(
    exchange: Exchange[T], ledger: Ledger, key: str, *, expires: bool
) -> Course[tuple[RawResponse[T], Reply]]:
    """Run the exchange's course between intent and outcome, or tell what the ledger holds.

    Raises:
        ThoughtlyError: as the exchange; `OutcomeUnknownError` also when the ledger holds an unresolved repeat.
    """
    operation, token = exchange.prepared.operation.name, new_token()
    try:
        found = yield from _begin(exchange, ledger, key, token, expires=expires)
        if found is not None:
            return _told(exchange, found)
        raw, reply = yield from exchange.course()
    except ThoughtlyError as error:
        yield Work(partial(_settle, ledger, token, error.outcome, error.response))
        raise
    except BaseException:
        # Interrupted or cancelled: written at once, for nothing may be awaited any more.
        evidence = exchange.evidence
        unsent = evidence is None or evidence.nothing_sent
        _settle(ledger, token, Outcome.NOT_SENT if unsent else Outcome.UNKNOWN, None)
        raise
    yield Work(partial(_settle, ledger, token, Outcome.ACCEPTED, reply))
    log.debug("%s is in the ledger as %s", operation, key)
    return raw, reply


def _begin(exchange: Exchange[T], ledger: Ledger, key: str, token: str, *, expires: bool) -> Course[Entry | None]:
    operation = exchange.prepared.operation.name
    try:
        found: Entry | None = yield Work(lambda: ledger.begin(operation, key, token, expires=expires))
    except Exception as error:
        raise NotSentError(f"the ledger cannot be written: {error}", exchange.circumstances()) from error
    return found


def _told(exchange: Exchange[T], found: Entry) -> tuple[RawResponse[T], Reply]:
    if found.state != "ACCEPTED":
        raise OutcomeUnknownError(
            f"an earlier {found.operation} with the same key has no known outcome; "
            f"find out whether it was placed, then ledger.resolve({found.dedupe_key!r}, placed=...)",
            exchange.circumstances(replayed=True),
        )
    if found.reply is None:
        problem = f"{found.operation} was resolved by hand as placed; there is no response to return"
        raise AcceptedUnparsedError(problem, exchange.circumstances(replayed=True))
    return exchange.replay(found.reply), found.reply


def _settle(ledger: Ledger, token: str, outcome: Outcome, reply: Reply | None) -> None:
    try:
        if outcome is Outcome.ACCEPTED and reply is not None:
            ledger.accept(token, reply)
        elif outcome.may_have_placed_call:
            ledger.doubt(token)
        else:
            ledger.withdraw(token)
    except Exception:
        # The intent stands, so that a repeat is refused; the caller still learns the outcome itself.
        log.exception("the ledger could not take the outcome %s", outcome)
