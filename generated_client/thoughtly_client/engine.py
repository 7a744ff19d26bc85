"""The course of one request, without doing any input or output.

A course is a generator: it yields what is to be done (`Send`, `Sleep`, `Work`) and is sent what came of it. The two
clients differ only in how they do those things, so there is one truth about outcomes and retries.
"""

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from thoughtly_client.calling import Parse, RawResponse
from thoughtly_client.errors import (
    AcceptedUnparsedError,
    Circumstances,
    NotSentError,
    OutcomeUnknownError,
    RejectedError,
    ThoughtlyError,
)
from thoughtly_client.evidence import Evidence
from thoughtly_client.kinds import is_object
from thoughtly_client.messages import Reply, RequestInfo
from thoughtly_client.outcome import Outcome, outcome_of_status
from thoughtly_client.pacing import Pacer
from thoughtly_client.prepare import Prepared
from thoughtly_client.retries import RetryPolicy
from thoughtly_client.schema_check import Checker
from thoughtly_client.secret import Secret, mask
from thoughtly_client.telemetry import Telemetry
from thoughtly_client.transport import Attempt, Send, TimeoutTypes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Do a job that may block for some milliseconds."""

    job: Callable[[], Any]


Course = Generator[Send | Sleep | Work, Any, T]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a client settles once for all its requests."""

    retries: RetryPolicy
    pacer: Pacer | None
    checker: Checker
    telemetry: Telemetry
    talkative: bool


@dataclass(slots=True, kw_only=True)
class Exchange(Generic[T]):
    """One request on its course."""

    rules: Rules
    prepared: Prepared
    headers: Mapping[str, str]
    """All but the keys, names in lower case."""
    parse: Parse[T]
    info: RequestInfo
    keys: Mapping[str, Secret]
    timeout: TimeoutTypes | None
    deadline: float | None
    """Seconds for the whole course."""
    dedupe_key: str | None = None
    attempts: int = 0
    began: float = field(default_factory=time.monotonic)
    evidence: Evidence | None = None
    """On the attempt under way, None between attempts."""

    def course(self) -> Course[tuple[RawResponse[T], Reply]]:
        """Send until there is an outcome; return the accepted response, typed and as received.

        Raises:
            ThoughtlyError: any other outcome.
        """
        while True:
            yield from self._wait_for_turn()
            attempt: Attempt = yield self._next_send()
            delay = self.rules.retries.delay(attempt, self.attempts)
            if delay is None or not self._time_for(delay):
                return self.judge(attempt)
            self.evidence = None
            self.rules.telemetry.retry(self.info, self.attempts, delay)
            yield Sleep(delay)

    def _next_send(self) -> Send:
        self.attempts += 1
        self.evidence = Evidence(talkative=self.rules.talkative)
        return Send(
            self.info.method,
            self.info.url,
            self.headers,
            self.keys,
            self.prepared.content,
            self.timeout,
            self._remaining(),
            self.evidence,
        )

    def _wait_for_turn(self) -> Course[None]:
        remaining = self._remaining()
        if remaining is not None and remaining <= 0:
            raise NotSentError("the deadline passed before the request was sent", self.circumstances())
        if self.rules.pacer is None:
            return
        delay = self.rules.pacer.reserve(remaining)
        if delay is None:
            raise NotSentError("the rate limit leaves no turn before the deadline", self.circumstances())
        if delay:
            yield Sleep(delay)

    def _remaining(self) -> float | None:
        return None if self.deadline is None else self.began + self.deadline - time.monotonic()

    def _time_for(self, delay: float) -> bool:
        remaining = self._remaining()
        return remaining is None or delay < remaining

    def circumstances(self, reply: Reply | None = None, *, replayed: bool = False) -> Circumstances:
        """Return what is known by now."""
        elapsed = time.monotonic() - self.began
        return Circumstances(self.info, reply, self.attempts, elapsed, replayed, self.dedupe_key)

    def judge(self, attempt: Attempt) -> tuple[RawResponse[T], Reply]:
        """Return what an attempt that is not repeated means."""
        if attempt.reply is None:
            raise self._failure(attempt) from attempt.error
        # What is shown or kept has no key in it; what the caller gets is what the API answered.
        shown = attempt.reply.without(self.keys.values())
        return self.read(attempt.reply, self.circumstances(shown), shown), shown

    def _failure(self, attempt: Attempt) -> ThoughtlyError:
        kind = NotSentError if attempt.nothing_sent else OutcomeUnknownError
        told = mask(str(attempt.error), self.keys.values()) or "no further detail"
        return kind(f"{self._what()}: {type(attempt.error).__name__}: {told}", self.circumstances())

    def read(self, reply: Reply, circumstances: Circumstances, shown: Reply) -> RawResponse[T]:
        """Return an accepted reply, typed.

        Args:
            reply: as the API sent it.
            circumstances: what errors carry.
            shown: the reply without any echo of a key, for the words of errors.

        Raises:
            ThoughtlyError: the reply is not an acceptance that can be read.
        """
        outcome = outcome_of_status(reply.status_code)
        if outcome is Outcome.REJECTED:
            kind = RejectedError.for_status(reply.status_code)
            raise kind(self._told(shown), circumstances)
        if outcome is Outcome.UNKNOWN:
            raise OutcomeUnknownError(f"{self._told(shown)}; it may have taken effect", circumstances)
        if reply.broken:
            raise AcceptedUnparsedError(f"{self._what()}: {reply.status_code}, but {reply.broken}", circumstances)
        body = LoadedBody(reply)
        if body.tells_error:
            problem = f"{self._what()}: {reply.status_code} with an error: {excerpt(shown)}"
            raise RejectedError(problem, circumstances)
        return self._typed(body, reply, circumstances)

    def _typed(self, body: "LoadedBody", reply: Reply, circumstances: Circumstances) -> RawResponse[T]:
        try:
            self._check(body)
            parsed = self.parse(body)
        except Exception as error:  # noqa: BLE001  # a generated parser may stumble in any way
            why = mask(str(error), self.keys.values())
            problem = f"{self._what()}: {reply.status_code}, but the body is not what the spec promises: {why}"
            # Without its frames, whose local variables hold the body as it came.
            raise AcceptedUnparsedError(problem, circumstances) from error.with_traceback(None)
        return RawResponse(
            parsed=parsed,
            request=self.info,
            status_code=reply.status_code,
            headers=reply.headers,
            content=reply.content,
            attempts=circumstances.attempts,
            elapsed=circumstances.elapsed,
            replayed=circumstances.replayed,
            dedupe_key=circumstances.dedupe_key,
        )

    def _check(self, body: "LoadedBody") -> None:
        responses = self.prepared.operation.responses
        schema = responses.get(str(body.status_code)) or responses.get("2XX") or responses.get("default")
        if schema:
            problem = self.rules.checker.first_problem(schema, body.json(), "")
            if problem:
                raise ValueError(f"{problem.field or 'the body'} {problem.reason}")

    def _what(self) -> str:
        return f"{self.info.method} {self.prepared.operation.path}"

    def _told(self, reply: Reply) -> str:
        return f"{self._what()}: {reply.status_code}: {excerpt(reply)}"

    def replay(self, reply: Reply) -> RawResponse[T]:
        """Return a reply that was recorded earlier, marked as replayed."""
        return self.read(reply, self.circumstances(reply, replayed=True), reply)


class LoadedBody:
    """A reply whose JSON is read once, however often it is looked at."""

    def __init__(self, reply: Reply) -> None:
        self.status_code, self.content = reply.status_code, reply.content
        self._reply = reply
        self._value: Any = None
        self._problem: ValueError | None = None
        try:
            self._value = reply.json()
        except ValueError as error:
            self._problem = error

    @property
    def text(self) -> str:
        """The body as text."""
        return self._reply.text

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: it is none.
        """
        if self._problem is not None:
            raise self._problem
        return self._value

    @property
    def tells_error(self) -> bool:
        """Whether the API says by an ``error`` object that it refused, whatever the status."""
        return is_object(self._value) and is_object(self._value.get("error"))


def excerpt(reply: Reply, length: int = 200) -> str:
    """Return the beginning of a body, on one line."""
    text = " ".join(reply.text[: length * 2].split())
    return text[:length] + ("..." if len(text) > length else "") if text.isprintable() and text else "(no text)"
