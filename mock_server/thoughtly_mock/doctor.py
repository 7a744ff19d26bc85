"""Which headers of the API reach a mock through whatever stands before it.

Only the control plane is asked: nothing that is sent here could be a call.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from thoughtly_openapi.loader import operations

TOKEN_VARIABLE = "THOUGHTLY_MOCK_TOKEN"  # noqa: S105 (the name of a variable)
TIMEOUT_SECONDS = 10.0
# Not a header of anything: shows whether a proxy minds underscores, or this one name.
UNDERSCORED, HYPHENATED = "x_doctor_probe", "x-doctor-probe"


class Fate(StrEnum):
    """What becomes of a header on its way."""

    ARRIVES = "arrives"
    RENAMED = "arrives under another name"
    DROPPED = "is dropped"
    REFUSED = "makes the whole request fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one header."""

    name: str
    fate: Fate
    detail: str = ""
    """The other name that it arrived under, or the status that the request failed with."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found on the way to one mock."""

    url: str
    mock: str
    """Title of the API that it mocks."""
    servers: Sequence[str]
    """What names itself in the answers' headers ``server`` and ``via``; the mock itself names nothing."""
    findings: Sequence[Finding]
    """Of the headers that were asked about, in their order."""
    underscores: Fate
    """What becomes of a made-up header that has underscores."""
    hyphens: Fate
    """What becomes of a made-up header that has none."""

    @property
    def healthy(self) -> bool:
        """Whether every header that was asked about arrives."""
        return all(finding.fate is Fate.ARRIVES for finding in self.findings)


class UndecidedError(Exception):
    """It could not be found out: nothing answers there, or it is no mock."""


def header_names(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of all headers that requests to the API can need, keys first."""
    schemes = spec.get("components", {}).get("securitySchemes", {}).values()
    keys = [scheme["name"] for scheme in schemes if scheme.get("in") == "header"]
    others = [
        parameter["name"]
        for operation in operations(spec)
        for parameter in operation.parameters
        if parameter["in"] == "header"
    ]
    return tuple({name.lower(): name for name in (*keys, *others)}.values())


def diagnose(url: str, names: Sequence[str]) -> Diagnosis:
    """Find out which headers arrive at the mock behind ``url``.

    Args:
        url: the base URL that clients use, with every proxy on the way.
        names: the headers to ask about.

    Raises:
        UndecidedError: it could not be found out.
    """
    token = os.environ.get(TOKEN_VARIABLE)
    headers = {"x-mock-token": token} if token else {}
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, headers=headers) as client:
            return _Examination(client, url.rstrip("/")).diagnosis(names)
    except httpx.InvalidURL as error:
        raise UndecidedError(f"{url} is no URL: {error}") from error
    except httpx.HTTPError as error:
        raise UndecidedError(f"{url} cannot be asked: {error or type(error).__name__}") from error


class _Examination:
    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client, self._url = client, url

    def diagnosis(self, names: Sequence[str]) -> Diagnosis:
        health = self._get("health")
        mock = self._mock(health)
        self._arrived(self._get("headers"))
        findings = tuple(self._finding(name) for name in names)
        underscores, hyphens = self._finding(UNDERSCORED).fate, self._finding(HYPHENATED).fate
        named = (health.headers.get(name) for name in ("server", "via"))
        return Diagnosis(self._url, mock, tuple(name for name in named if name), findings, underscores, hyphens)

    def _get(self, page: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        # No answer of a cache would tell anything.
        query = {"doctor": secrets.token_hex(8)}
        return self._client.get(f"{self._url}/_mock/{page}", params=query, headers=headers)

    def _mock(self, health: httpx.Response) -> str:
        body = self._body(health)
        if body.get("status") != "ok" or not isinstance(body.get("mock"), str):
            raise UndecidedError(f"{self._url} is no mock of this kit: /_mock/health answers something else")
        title: str = body["mock"]
        return title

    def _finding(self, name: str) -> Finding:
        answer = self._get("headers", {name: "doctor"})
        if answer.status_code != httpx.codes.OK:
            return Finding(name, Fate.REFUSED, f"status {answer.status_code}")
        arrived = self._arrived(answer)
        if name.lower() in arrived:
            return Finding(name, Fate.ARRIVES)
        alike = [other for other in arrived if _plain(other) == _plain(name)]
        return Finding(name, Fate.RENAMED, alike[0]) if alike else Finding(name, Fate.DROPPED)

    def _arrived(self, answer: httpx.Response) -> Sequence[str]:
        arrived = self._body(answer).get("headers")
        if not isinstance(arrived, list):
            raise UndecidedError(f"{self._url}/_mock/headers does not say which headers arrived")
        return [str(name).lower() for name in arrived]

    def _body(self, answer: httpx.Response) -> dict[str, Any]:
        body = _json(answer)
        if answer.status_code == httpx.codes.OK and body:
            return body
        raise UndecidedError(f"{answer.request.url.copy_with(query=None)} answers {_told(answer, body)}")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _told(answer: httpx.Response, body: Mapping[str, Any]) -> str:
    told = f"status {answer.status_code}"
    if answer.is_redirect:
        return f"{told}, a redirect to {answer.headers.get('location')}: give that URL"
    error = body.get("error")
    reason = error.get("detail") if isinstance(error, dict) else None
    return f"{told}: {reason}" if reason else f"{told}, and not as a mock of this kit does"


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
