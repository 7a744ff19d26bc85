"""The answers of bad days."""

import json
from dataclasses import replace

from thoughtly_mock.answers import Answer, json_answer
from thoughtly_mock.evidence import ASSUMED
from thoughtly_mock.play import FaultKind, Play, PlayedResponse
from thoughtly_mock.problems import Problem
from thoughtly_mock.refusals import Refusals
from thoughtly_mock.send import BODILESS

# What a load balancer answers when nobody thinks of it.
_PAGE = b"<!doctype html>\n<title>OK</title>\n<h1>It works!</h1>\n"
_NO_ANSWER = {FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.LOST_RESPONSE, FaultKind.STALL}


def played_answer(play: Play, usual: Answer, refusals: Refusals) -> Answer:
    """Return what ``play`` answers.

    Args:
        play: what happens to the request.
        usual: the answer of a good day.
        refusals: renders the errors of the operation.
    """
    answer = usual if play.response is None else _response(play, play.response, usual, refusals)
    if play.fault is FaultKind.WRONG_TYPE:
        return replace(answer, body=_PAGE, headers={"content-type": "text/html"}, evidence=ASSUMED)
    if play.fault is FaultKind.MALFORMED:
        return replace(answer, body=(answer.body[:-1] or b"{") + b",", evidence=ASSUMED)
    if play.fault is FaultKind.ERROR_ON_SUCCESS:
        error = Problem(409, f"{play.name}: the request was not carried out").details()
        return json_answer(answer.status, {"error": error, "data": {}}, {})
    return answer


def answers(play: Play) -> bool:
    """Whether anything is answered at all."""
    return play.fault not in _NO_ANSWER


def _response(play: Play, response: PlayedResponse, usual: Answer, refusals: Refusals) -> Answer:
    if response.text is not None:
        headers = {"content-type": "text/plain; charset=utf-8", **response.headers}
        return Answer(response.status, response.text.encode(), headers)
    if response.body is not None:
        content = json.dumps(response.body, ensure_ascii=False).encode()
        return Answer(response.status, content, {"content-type": "application/json", **response.headers})
    if response.status < 400:
        body = b"" if response.status in BODILESS else usual.body
        headers = {**usual.headers, **response.headers}
        return replace(usual, status=response.status, body=body, headers=headers, evidence=ASSUMED)
    return refusals.render(Problem(response.status, f"{play.name}: this is a bad day", headers=response.headers))
