"""Requests whose body is called something else than JSON, or is something else."""

from collections.abc import Iterator
from urllib.parse import urlencode

from thoughtly_contract.divergence.case import OPEN, Case, Maker
from thoughtly_contract.exchange import JSON

_SAME = "Types have no case, and parameters that nobody knows do no harm (RFC 9110)."
_SPELLED = ("Application/JSON", "application/json;", "application/json; version=1", "application/json ;charset=utf-8")
_OTHER = "The spec takes application/json alone."
_FORM = "application/x-www-form-urlencoded"
_TYPES = (
    *("text/plain", "text/json", "application/xml", "application/octet-stream", _FORM),
    *("multipart/form-data; boundary=x", "application/jsonp", "json", "*/*", "application/json, text/plain"),
)
_TWO = "Open: a recipient of two may take one of them (RFC 9110)."
_OPEN: tuple[tuple[str, str, tuple[bytes, ...]], ...] = (
    ("none", "Open: without one, a recipient may look at the bytes (RFC 9110).", ()),
    ("empty", "Open: an empty value is no media type (RFC 9110).", (b"",)),
    ("twice, JSON first", _TWO, (JSON, b"text/plain")),
    ("twice, JSON last", _TWO, (b"text/plain", JSON)),
    (
        "`application/...+json`",
        "Open: any +json can be read as JSON (RFC 6839), and the spec does not take it.",
        (b"application/vnd.contract.check+json",),
    ),
)


def content_type_cases(make: Maker) -> Iterator[Case]:
    """Yield the cases of one operation; none where it takes no JSON body."""
    if make.sampler.schema is None:
        return
    plain, refused = make.sampler.plain(), make.one_of(415, 400)
    for value in _SPELLED:
        yield make(f"`{value}`", _SAME, make.success, plain.with_header(b"content-type", value.encode()))
    for value in _TYPES:
        yield make(f"`{value}`", _OTHER, refused, plain.with_header(b"content-type", value.encode()))
    for name, claim, values in _OPEN:
        yield make(name, claim, OPEN, plain.with_header(b"content-type", *values))
    claim = "A value that is no media type is refused, not fallen over."
    yield make("bytes", claim, refused, plain.with_header(b"content-type", b"\xff\xfe"))
    body = make.sampler.body()
    if isinstance(body, dict):
        form = plain.but(body=urlencode({name: str(value) for name, value in body.items()}).encode())
        yield make("a form, and says so", _OTHER, refused, form.with_header(b"content-type", _FORM.encode()))
