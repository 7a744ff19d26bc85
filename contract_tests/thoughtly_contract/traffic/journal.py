"""Entries of the journals of the mock and of the guard: one JSON object a line."""

from thoughtly_contract.exchange import Answer, Pairs, Request
from thoughtly_contract.traffic.fields import Fields
from thoughtly_contract.traffic.recorded import Aside, Recorded, encoded, host_of
from thoughtly_mock.witness import KEPT

_ASIDE = {"unparseable": "no HTTP", "incomplete": "an incomplete request"}


def entry(fields: Fields) -> Recorded | Aside:
    """Return one entry.

    Raises:
        TrafficError: a field is missing, or is not what it should be.
    """
    if reason := _ASIDE.get(str(fields.value.get("verdict"))):
        return Aside(fields.place, reason)
    status = fields.status("status")
    path, _, query = fields.text("target").partition("?")
    headers, body = _headers(fields), _bytes(fields, "body")
    request = Request(
        fields.text("method"), path.encode("latin-1", "replace"), query.encode("utf-8", "replace"), headers, body
    )
    if not status:
        return Aside(fields.place, "without an answer")
    response = fields.inner("response")
    answer = Answer(status, _headers(response), _bytes(response, "body"))
    return Recorded(
        fields.place,
        next((host_of(value.decode("latin-1")) for value in request.all(b"host")), None),
        request,
        answer,
        request_is_whole=len(body) < KEPT,
        answer_is_whole=len(answer.body) < KEPT,
        day=fields.day("time"),
        played="played" in fields,
        # The guard writes beside each entry what is wrong with it.
        by_mock="drift" not in fields,
    )


def _bytes(fields: Fields, name: str) -> bytes:
    if f"{name}_base64" in fields:
        return fields.base64(f"{name}_base64")
    return fields.text(name).encode("utf-8", "surrogatepass") if name in fields else b""


def _headers(fields: Fields) -> Pairs:
    if isinstance(fields.value.get("headers"), dict):
        inner = fields.inner("headers")
        return encoded([(name, inner.text(name)) for name in inner.value])
    pairs = []
    for place, pair in fields.list("headers"):
        named = Fields(dict(zip(("name", "value"), pair, strict=False)) if isinstance(pair, list) else pair, place)
        pairs.append((named.text("name"), named.text("value")))
    return encoded(pairs)
