"""What both clients are made of, without doing any input or output."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from thoughtly_client._generated.tables import BASE_URL, COMPONENTS, KEYS, PROVENANCE
from thoughtly_client.calling import Options, Parse, RawResponse
from thoughtly_client.engine import Course, Exchange, Rules
from thoughtly_client.errors import ConfigurationError, InvalidArgumentError, ThoughtlyError
from thoughtly_client.kinds import is_number, is_whole
from thoughtly_client.ledger import Ledger, key_of
from thoughtly_client.messages import Reply, RequestInfo
from thoughtly_client.omit import OMIT
from thoughtly_client.once import at_most_once
from thoughtly_client.operation import Operation
from thoughtly_client.pacing import Pacer
from thoughtly_client.prepare import Prepared, prepare
from thoughtly_client.retries import RetryPolicy
from thoughtly_client.schema_check import Checker
from thoughtly_client.secret import REDACTED, Secret
from thoughtly_client.settings import Settings
from thoughtly_client.telemetry import Telemetry
from thoughtly_client.transport import HTTP_VERSION_TOKEN, TimeoutTypes, timeouts

T = TypeVar("T")
BODY_LIMIT = 10 * 1024 * 1024
"""Bytes of a response body that are read, content coding undone."""


def kit_version() -> str:
    """Return the version of the installed distribution."""
    # Imported late, for the sake of quick imports.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("thoughtly-kit")
    except PackageNotFoundError:
        return "0"


def user_agent() -> str:
    """Return what requests say of their sender."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"thoughtly-kit/{kit_version()} spec/{PROVENANCE.sha256[:8]} python/{python} {HTTP_VERSION_TOKEN}"


class Core:
    """Settings and rules of one client; makes the course of each request."""

    def __init__(
        self,
        *,
        credentials: Mapping[str, Secret | None],
        base_url: str | None,
        deadline: float | None,
        max_retries: int,
        rate_limit: str | None,
        ledger: str | Path | Ledger | None,
        talkative: bool,
    ) -> None:
        self.settings = Settings.gather(credentials, base_url, BASE_URL, tuple(KEYS.values()))
        self.deadline = positive("deadline", deadline)
        self.ledger = Ledger(ledger) if isinstance(ledger, str | Path) else ledger
        self.rules = Rules(
            RetryPolicy(checked_retries(max_retries)),
            None if rate_limit is None else Pacer.parse(rate_limit),
            Checker(COMPONENTS),
            Telemetry(self.settings.base_url),
            talkative,
        )
        self._agent = user_agent()

    def course(
        self, operation: Operation, parse: Parse[T], arguments: Mapping[str, Any], options: Options
    ) -> Course[RawResponse[T]]:
        """Return the course of one request, from checking its arguments to its outcome."""
        check_options(options)
        exchange = self._exchange(prepare(operation, arguments, options, self.rules.checker), parse, options)
        telemetry = self.rules.telemetry
        with telemetry.span(exchange.info, operation.path) as span:
            try:
                raw, reply = yield from self._recorded(exchange, options)
            except ThoughtlyError as error:
                telemetry.failed(exchange.info, error)
                kind = type(error).__name__
                span.finish(error.status_code, error.attempts, error.outcome, kind)
                raise
            telemetry.accepted(exchange.info, reply, raw.attempts, raw.elapsed)
            span.finish(raw.status_code, raw.attempts, raw.outcome, None)
        return raw

    def _exchange(self, prepared: Prepared, parse: Parse[T], options: Options) -> Exchange[T]:
        operation = prepared.operation
        keys = {key.header.lower(): self.settings.credentials[key.credential] for key in operation.keys}
        sent = {name.lower(): value for name, value in prepared.headers.items()}
        headers = {"accept": "application/json", "user-agent": self._agent, **sent}
        return Exchange(
            rules=self.rules,
            headers=headers,
            prepared=prepared,
            parse=parse,
            info=RequestInfo(
                operation.name,
                operation.method,
                self.settings.base_url + prepared.target,
                headers | dict.fromkeys(keys, REDACTED),
                prepared.content,
            ),
            keys=keys,
            timeout=options.timeout,
            deadline=self.deadline if options.deadline is None else options.deadline,
        )

    def _recorded(self, exchange: Exchange[T], options: Options) -> Course[tuple[RawResponse[T], Reply]]:
        if self.ledger is None or exchange.prepared.operation.safe:
            if options.dedupe_key is not None:
                raise InvalidArgumentError("dedupe_key needs a client with a ledger", field="dedupe_key")
            return (yield from exchange.course())
        key = options.dedupe_key if options.dedupe_key is not None else self._default_key(exchange)
        exchange.dedupe_key = key
        expires = options.dedupe_key is None
        return (yield from at_most_once(exchange, self.ledger, key, expires=expires))

    def _default_key(self, exchange: Exchange[Any]) -> str:
        prepared = exchange.prepared
        team = self.settings.credentials.get("team_id")
        body = None if prepared.body is OMIT else prepared.body
        account = team.reveal() if team else ""
        return key_of(prepared.operation.name, self.settings.base_url, account, prepared.target, body)


def check_options(options: Options) -> None:
    """Refuse options that make no sense.

    Raises:
        InvalidArgumentError: the option is named.
    """
    try:
        timeouts(options.timeout)
        positive("deadline", options.deadline)
    except (ValueError, ConfigurationError) as error:
        field = "deadline" if isinstance(error, ConfigurationError) else "timeout"
        raise InvalidArgumentError(str(error), field=field) from None
    key: Any = options.dedupe_key
    if key is not None and (not isinstance(key, str) or not key):
        raise InvalidArgumentError("dedupe_key must be a text that is not empty", field="dedupe_key")
    for name in ("extra_headers", "extra_body"):
        if not isinstance(getattr(options, name) or {}, Mapping):
            raise InvalidArgumentError(f"{name} must be a mapping", field=name)


def client_timeout(value: TimeoutTypes | None) -> Any:
    """Return a client's time-outs.

    Raises:
        ConfigurationError: ``value`` is no time.
    """
    try:
        return timeouts(value)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def positive(name: str, seconds: Any) -> float | None:
    """Return a number of seconds.

    Raises:
        ConfigurationError: it is not positive and finite.
    """
    if seconds is None or (is_number(seconds) and 0 < seconds < float("inf")):
        return seconds
    raise ConfigurationError(f"{name} must be a positive number of seconds, not {seconds!r}")


def checked_retries(value: Any) -> int:
    """Return a number of retries.

    Raises:
        ConfigurationError: it is no whole number from 0 on.
    """
    if not is_whole(value, 0):
        raise ConfigurationError(f"max_retries must be a whole number from 0 on, not {value!r}")
    return value


class NoCopies:
    """A client holds connections and credentials, neither of which can be copied."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be copied or pickled; make another one")
