"""Entries of an HTTP Archive 1.2, as browsers, proxies and the mock write them."""

from urllib.parse import urlsplit

from thoughtly_contract.exchange import Answer, Pairs, Request
from thoughtly_contract.traffic.fields import Fields
from thoughtly_contract.traffic.recorded import Aside, Recorded, encoded, host_of

NO_BODY = frozenset({204, 205})
_MOCK = "thoughtly-kit"


def is_of_mock(log: Fields) -> bool:
    """Whether the mock wrote an archive."""
    creator = log.value.get("creator")
    return isinstance(creator, dict) and creator.get("name") == _MOCK


def entry(fields: Fields, *, by_mock: bool = False) -> Recorded | Aside:
    """Return one entry.

    Args:
        fields: the entry.
        by_mock: whether the archive is one of the mock's.

    Raises:
        TrafficError: a field is missing, or is not what it should be.
    """
    request, response = fields.inner("request"), fields.inner("response")
    url, method = request.text("url"), request.text("method")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise request.wrong("url", "is no URL") from error
    headers, status = _headers(request), response.status("status")
    if reason := _aside(fields, parts.scheme, method, headers, status):
        return Aside(fields.place, reason)
    sent, sent_is_whole = _sent(request)
    got, got_is_whole = _got(response, status)
    path, query = (parts.path or "/").encode("utf-8", "replace"), parts.query.encode("utf-8", "replace")
    target = Request(method, path, query, headers, sent)
    answer = Answer(status, _with_type(_headers(response), response), got)
    host = host_of(parts.netloc.rpartition("@")[2])
    day = fields.day("startedDateTime")
    return Recorded(fields.place, host, target, answer, sent_is_whole, got_is_whole, day, by_mock=by_mock)


def _aside(fields: Fields, scheme: str, method: str, headers: Pairs, status: int) -> str | None:
    if scheme in {"ws", "wss"} or status == 101 or fields.value.get("_resourceType") == "websocket":
        return "a web socket"
    if scheme not in {"http", "https"}:
        return "no HTTP"
    if status == 304:
        return "answered from a cache"
    if method == "OPTIONS" and any(name == b"access-control-request-method" for name, _ in headers):
        return "a browser's preflight"
    return None if status else "without an answer"


def _headers(fields: Fields) -> Pairs:
    pairs = (Fields(pair, place) for place, pair in fields.list("headers"))
    return encoded([(pair.text("name"), pair.text("value")) for pair in pairs])


def _sent(request: Fields) -> tuple[bytes, bool]:
    """Return a request's body, and whether that is all of it."""
    if "postData" not in request:
        size = request.count("bodySize")
        told = any(name in {b"content-type", b"transfer-encoding"} for name, _ in _headers(request))
        return b"", size == 0 or (size < 0 and not told)
    data = request.inner("postData")
    if data.value.get("encoding") == "base64":
        return data.base64("text"), True
    if data.value.get("text"):
        return data.text("text").encode("utf-8", "surrogatepass"), True
    # Forms may be there as their fields only, in which the bytes are lost.
    return b"", request.count("bodySize") == 0 and not data.value.get("params")


def _got(response: Fields, status: int) -> tuple[bytes, bool]:
    """Return an answer's body without its encoding, and whether that is all of it."""
    content = response.inner("content") if "content" in response else Fields({}, response.place)
    if content.value.get("encoding") == "base64":
        return content.base64("text"), True
    if "text" in content:
        return content.text("text").encode("utf-8", "surrogatepass"), True
    return b"", status in NO_BODY or content.count("size") == 0


def _with_type(headers: Pairs, response: Fields) -> Pairs:
    """Return headers with the content type, which some recorders leave to the content."""
    # The body is recorded decoded.
    plain = tuple(pair for pair in headers if pair[0] != b"content-encoding")
    told = response.value.get("content")
    kind = told.get("mimeType") if isinstance(told, dict) else None
    if any(name == b"content-type" for name, _ in plain) or not isinstance(kind, str) or kind in {"", "x-unknown"}:
        return plain
    return (*plain, *encoded([("content-type", kind)]))
