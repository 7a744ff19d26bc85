"""What is wrong with one reply, beside its status: the shape of its body and the headers that belong to it."""

from collections.abc import Mapping
from typing import Any

from thoughtly_contract.battery.judge import Judge
from thoughtly_contract.battery.probe import Cost, Expected, Probe
from thoughtly_contract.divergence.case import DIES, HANGS, Case
from thoughtly_contract.divergence.wire import Reply
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key

LONGEST_ERROR = 65_536
"""Bytes of an error that says what is wrong, however much was sent."""
FACTS: Mapping[str, str] = {
    "NoErrorBody": "an error whose body is not of the spec's own shape",
    "NoChallenge": "401 without `WWW-Authenticate` (RFC 9110)",
    "NoAllow": "405 without `Allow` (RFC 9110)",
    "WrongAllow": "405 whose `Allow` names the method that it refuses",
    "LongError": f"an error of more than {LONGEST_ERROR} bytes",
    "WrongContentType": "a content type that the spec does not have for this status",
    "MalformedJson": "a body that is no JSON",
    "SchemaViolation": "a body that does not fit the spec's schema for this status",
    "ErrorOnSuccess": "a success with an `error`",
    "TwoContentTypes": "two content types",
    "KeyShown": "a body or header that shows a key",
}
"""What can be wrong with a reply whatever its status, in words."""


def is_wrong(case: Case, status: int) -> bool:
    """Whether a status, or what stands for one, is not what the answer to a case has to be."""
    if status in {HANGS, DIES}:
        return True
    return status not in case.right if case.right else status >= 500


class Examiner:
    """Finds the facts of replies, against one spec."""

    def __init__(self, spec: Mapping[str, Any], keys: tuple[Key, ...]) -> None:
        self._judge = Judge(spec, keys)

    def facts(self, case: Case, reply: Reply) -> set[str]:
        """Return which of `FACTS` hold for a reply."""
        if reply.answer is None:
            return set()
        request = Request(case.method, b"/")
        probe = Probe(case.group, case.name, case.operation, request, _expected(reply.status), Cost.NOTHING)
        found = {finding.kind for finding in self._judge.findings(probe, reply.answer)}
        if reply.status >= 400 and len(reply.answer.body) > LONGEST_ERROR:
            found.add("LongError")
        return found & FACTS.keys()


def _expected(status: int) -> Expected:
    """Return what is expected of whoever answers so: the status itself is judged elsewhere."""
    if status < 400:
        return Expected.SUCCESS
    named = {401: Expected.UNAUTHORIZED, 404: Expected.NO_PATH, 405: Expected.NO_METHOD}
    return named.get(status, Expected.REFUSED)
