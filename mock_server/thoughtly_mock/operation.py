"""Serving one operation of the API: what is wrong with a request, what is played, what is answered."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Scope, Send

from thoughtly_mock.body import ClientDisconnectError, RequestBody
from thoughtly_mock.checks import Checks
from thoughtly_mock.director import Director
from thoughtly_mock.perform import perform
from thoughtly_mock.play import Play
from thoughtly_mock.played import played_answer
from thoughtly_mock.prefer import NONE, Preference, preference_of
from thoughtly_mock.problems import Problem
from thoughtly_mock.responses import Responses
from thoughtly_mock.scenarios import Valid
from thoughtly_mock.scope import refusal_of
from thoughtly_mock.send import send_answer
from thoughtly_mock.settings import Settings
from thoughtly_mock.state import State
from thoughtly_mock.witness import Witness
from thoughtly_openapi.loader import Operation

_AS_USUAL = Play("")


class ServedOperation:
    """One operation of the spec, with all that serving it needs made ready at start."""

    def __init__(self, spec: Mapping[str, Any], operation: Operation, settings: Settings, state: State) -> None:
        self.operation_id = operation.operation_id
        self.settings = settings
        self.state = state
        self.checks = Checks(spec, operation, settings.accepted)
        self.director = Director(state.store, settings.seed, settings.clock)
        self.responses = Responses(spec, operation, settings.seed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI asks."""
        body = RequestBody(scope, receive)
        witness = self.state.witness(scope, self.operation_id)
        try:
            request = await self._read(scope, body, witness)
            preference = _preference(request)
            usual = self.responses.make(lambda: _request_key(scope, witness.body), preference)
            play = _preferred_play(preference, self.director.play(request))
            answer = usual if play is _AS_USUAL else played_answer(play, usual, self.responses.refusals)
        except Problem as problem:
            play, answer = _AS_USUAL, self.responses.refusals.render(problem)
            witness.refused(answer, problem.detail)
        except ClientDisconnectError:
            witness.incomplete(refusal_of(scope))
            raise
        else:
            # Written before it is answered: whoever has the answer finds the request in the journal.
            witness.valid(answer, play)
        if play is _AS_USUAL:
            await send_answer(answer, scope, send, body)
        else:
            await perform(play, answer, scope, receive, send, body)

    async def _read(self, scope: Scope, request_body: RequestBody, witness: Witness) -> Valid:
        received = self.checks.admit(scope)
        content = witness.body = await request_body.read(self.settings.body_limit)
        body = self.checks.parse(content, received)
        witness.parsed(body)
        self.checks.require_valid(received, content, body)
        return Valid(self.operation_id, body, received)


def _preference(request: Valid) -> Preference:
    header = request.parameters.header.get("prefer")
    return NONE if header is None else preference_of(header)


def _preferred_play(preference: Preference, play: Play | None) -> Play:
    if preference.code is None or preference.code < 400:
        return play or _AS_USUAL
    # A client that asks for an error does not ask for a call, however the error reaches it.
    if play is None:
        return Play(f"prefer code={preference.code}", accepted=False)
    decided = play.response is not None or play.accepted is not None
    return play if decided else replace(play, accepted=False)


def _request_key(scope: Scope, content: bytes) -> str:
    """Return a key that equal requests have, and no others."""
    parts = (scope["method"].encode(), scope.get("raw_path", b""), scope["query_string"], content)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
