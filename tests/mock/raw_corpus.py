"""Raw requests that no input of a laboratory would think of, and what the mock may answer.

Each row has a name, the bytes, and the status of the last answer; `CLOSED` stands for a connection that ends
without one. A row that says `half` has its sender close its side afterwards, as pipes do.
"""

import gzip
import json
import zlib
from dataclasses import dataclass

CLOSED = 0
KEYS = b"x-api-token: canary-31aa-token\r\nteam_id: canary-5c1e-team\r\n"
CALL = {"contact_id": "c", "interview_id": "a1b2c3d4"}
BODY = json.dumps(CALL).encode()
JSON = b"content-type: application/json\r\n"


@dataclass(frozen=True)
class Row:
    name: str
    data: bytes
    status: int
    half: bool = False


def post(body=BODY, *, headers=JSON, keys=KEYS, length=None, target=b"/contact/call", version=b"HTTP/1.1") -> bytes:
    size = b"content-length: " + (str(len(body)).encode() if length is None else length) + b"\r\n"
    return b"POST " + target + b" " + version + b"\r\nhost: mock\r\n" + keys + headers + size + b"\r\n" + body


def chunked(*chunks: bytes, headers=JSON, end=b"0\r\n\r\n") -> bytes:
    head = b"POST /contact/call HTTP/1.1\r\nhost: mock\r\n" + KEYS + headers + b"transfer-encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def head(*lines: bytes, first=b"POST /contact/call HTTP/1.1", host=b"host: mock") -> bytes:
    return b"\r\n".join([first, *([host] if host else []), *lines, b"", b""])


def with_value(text: bytes) -> bytes:
    return b'{"contact_id": "c", "interview_id": "i", "metadata": {"n": ' + text + b"}}"


BODIES = {
    400: {
        "nothing": b"",
        "blank": b" \r\n\t ",
        "invalid UTF-8": b'{"contact_id": "\xff\xfe", "interview_id": "i"}',
        "overlong UTF-8": b'{"contact_id": "\xc0\xaf", "interview_id": "i"}',
        "UTF-8 surrogates": b'{"contact_id": "\xed\xa0\x80", "interview_id": "i"}',
        "truncated UTF-8": b'{"contact_id": "\xe2\x82',
        "a byte order mark": b"\xef\xbb\xbf" + BODY,
        "UTF-16": json.dumps(CALL).encode("utf-16"),
        "UTF-16 without a mark": json.dumps(CALL).encode("utf-16-le"),
        "UTF-32": json.dumps(CALL).encode("utf-32"),
        "EBCDIC": json.dumps(CALL).encode("cp500"),
        "NUL bytes": b"\0" * 100,
        "a NUL byte in a string": b'{"contact_id": "a\0b", "interview_id": "i"}',
        "a line feed in a string": b'{"contact_id": "a\nb", "interview_id": "i"}',
        "NaN": with_value(b"NaN"),
        "Infinity": with_value(b"Infinity"),
        "-Infinity": with_value(b"-Infinity"),
        "1e999": with_value(b"1e999"),
        "-1e999": with_value(b"-1e999"),
        "an integer of 5,000 digits": with_value(b"9" * 5000),
        "an integer of 100,000 digits": with_value(b"9" * 100_000),
        "a leading zero": with_value(b"01"),
        "a leading plus": with_value(b"+1"),
        "a hexadecimal number": with_value(b"0x1F"),
        "a number without digits": with_value(b"-"),
        "a fraction without digits": with_value(b"1."),
        "an exponent without digits": with_value(b"1e"),
        "Python's True": with_value(b"True"),
        "undefined": with_value(b"undefined"),
        "single quotes": b"{'contact_id': 'c', 'interview_id': 'i'}",
        "bare names": b"{contact_id: 1}",
        "a trailing comma": b'{"contact_id": "c", "interview_id": "i",}',
        "a comment": b'{"contact_id": "c", /* x */ "interview_id": "i"}',
        "two values": BODY + BODY,
        "text after the value": BODY + b" x",
        "a duplicate key": b'{"contact_id": "a", "contact_id": "b", "interview_id": "i"}',
        "a duplicate key, escaped": b'{"contact_id": "a", "contact_\\u0069d": "b", "interview_id": "i"}',
        "60,000 keys, the last one twice": with_value(
            b"{" + b"".join(b'"%d":1,' % n for n in range(60_000)) + b'"59999":1}'
        ),
        "a duplicate key deep inside": with_value(b'{"x": 1, "x": 2}'),
        "a high surrogate": b'{"contact_id": "\\ud800", "interview_id": "i"}',
        "a low surrogate": b'{"contact_id": "\\udc00", "interview_id": "i"}',
        "surrogates the wrong way round": b'{"contact_id": "\\udc00\\ud800", "interview_id": "i"}',
        "a surrogate in a key": b'{"\\ud800": 1, "contact_id": "c", "interview_id": "i"}',
        "half an escape": b'{"contact_id": "\\u12", "interview_id": "i"}',
        "an unknown escape": b'{"contact_id": "\\x41", "interview_id": "i"}',
        "arrays 100,000 deep": b"[" * 100_000,
        "arrays 100,000 deep, closed": b"[" * 100_000 + b"]" * 100_000,
        "objects 100,000 deep": b'{"a":' * 100_000,
        "objects 100,000 deep, closed": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "metadata 101 deep": with_value(b"[" * 101 + b"]" * 101),
        "null": b"null",
        "true": b"true",
        "a number": b"1",
        "a string": b'"contact_id"',
        "an array": b"[]",
        "an array of calls": b"[" + BODY + b"]",
        "an empty object": b"{}",
        "a missing contact": b'{"interview_id": "i"}',
        "a missing agent": b'{"contact_id": "c"}',
        "agent_id": b'{"contact_id": "c", "agent_id": "i"}',
        "a contact that is a number": b'{"contact_id": 1, "interview_id": "i"}',
        "a contact that is null": b'{"contact_id": null, "interview_id": "i"}',
        "a contact that is an array": b'{"contact_id": ["c"], "interview_id": "i"}',
        "metadata that is a list": b'{"contact_id": "c", "interview_id": "i", "metadata": []}',
        "metadata that is text": b'{"contact_id": "c", "interview_id": "i", "metadata": "{}"}',
        "a megabyte of a wrong type": b'{"contact_id": '
        + b"1" * 4000
        + b', "interview_id": "'
        + b"x" * 900_000
        + b'"}',
        "a form": b"contact_id=c&interview_id=i",
        "XML": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        "JSON in JSON": json.dumps(json.dumps(CALL)).encode(),
        "half of it": BODY[:20],
        "random bytes": bytes(range(256)) * 8,
    },
    200: {
        "blanks around it": b" \r\n\t" + BODY + b" \r\n",
        "escapes": b'{"contact\\u005fid": "\\u0063", "interview_id": "\\ud83d\\ude00"}',
        "any text": json.dumps({**CALL, "contact_id": "\u202e\ufdd0\U0010ffff\x7f\u0000"}).encode(),
        "an integer of 300 digits": with_value(b"9" * 300),
        "the largest double": with_value(b"1.7976931348623157e308"),
        "a tiny number": with_value(b"1e-400"),
        "minus zero": with_value(b"-0.0"),
        "metadata 50 deep": with_value(b"[" * 50 + b"]" * 50),
        "unknown properties": json.dumps({**CALL, "x": 1, "__proto__": {"y": 2}, "constructor": None}).encode(),
        "empty text": b'{"contact_id": "", "interview_id": ""}',
        "half a megabyte": json.dumps({**CALL, "metadata": {"x": "y" * 500_000}}).encode(),
        "ten thousand properties": json.dumps({**CALL, "metadata": dict.fromkeys(map(str, range(10_000)), 1)}).encode(),
    },
    413: {
        "a byte over the limit": b" " * (1_048_577 - len(BODY)) + BODY,
        "three megabytes": b" " * 3_000_000,
    },
}

CONTENT = {
    "no content type": (b"", BODY, 415),
    "an empty content type": (b"content-type:\r\n", BODY, 415),
    "text/plain": (b"content-type: text/plain\r\n", BODY, 415),
    "a form's content type": (b"content-type: application/x-www-form-urlencoded\r\n", b"contact_id=c", 415),
    "multipart": (b"content-type: multipart/form-data; boundary=x\r\n", b"--x--", 415),
    "text/json": (b"content-type: text/json\r\n", BODY, 415),
    "application/jsonx": (b"content-type: application/jsonx\r\n", BODY, 415),
    "application/json-seq": (b"content-type: application/json-seq\r\n", BODY, 415),
    "two content types in one": (b"content-type: application/json, text/plain\r\n", BODY, 415),
    "two content types": (b"content-type: application/json\r\ncontent-type: text/plain\r\n", BODY, 415),
    "no subtype": (b"content-type: application/\r\n", BODY, 415),
    "a slash": (b"content-type: /\r\n", BODY, 415),
    "a wildcard": (b"content-type: */*\r\n", BODY, 415),
    "a content type of 10,000 bytes": (b"content-type: application/" + b"x" * 10_000 + b"\r\n", BODY, 415),
    "+json": (b"content-type: application/vnd.x+json\r\n", BODY, 200),
    "upper case": (b"content-type: APPLICATION/JSON\r\n", BODY, 200),
    "charset utf-8": (b"content-type: application/json; charset=utf-8\r\n", BODY, 200),
    "charset utf8, quoted": (b'content-type: application/json; charset="UTF8"\r\n', BODY, 200),
    "an unknown parameter": (b"content-type: application/json; profile=x; a\r\n", BODY, 200),
    "an empty parameter": (b"content-type: application/json;;\r\n", BODY, 200),
    "a bogus charset": (b"content-type: application/json; charset=bogus\r\n", BODY, 415),
    "charset latin-1": (b"content-type: application/json; charset=iso-8859-1\r\n", BODY, 200),
    "charset latin-1, and meant": (
        b"content-type: application/json; charset=iso-8859-1\r\n",
        BODY[:-1] + b', "a": "\xe9"}',
        400,
    ),
    "charset us-ascii": (b"content-type: application/json; charset=us-ascii\r\n", BODY, 200),
    "blanks behind a value": (b"content-type: application/json \t \r\n", BODY, 200),
    "charset utf-16": (b"content-type: application/json; charset=utf-16\r\n", BODY, 415),
    "an empty charset": (b"content-type: application/json; charset=\r\n", BODY, 415),
    "charset idna": (b"content-type: application/json; charset=idna\r\n", BODY, 415),
    "gzip": (JSON + b"content-encoding: gzip\r\n", gzip.compress(BODY), 415),
    "a gzip bomb": (JSON + b"content-encoding: gzip\r\n", gzip.compress(b" " * 50_000_000), 415),
    "gzip twice": (JSON + b"content-encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(BODY)), 415),
    "br": (JSON + b"content-encoding: br\r\n", b"\x0b\x02\x80{}\x03", 415),
    "deflate": (JSON + b"content-encoding: deflate\r\n", zlib.compress(BODY), 415),
    "zstd": (JSON + b"content-encoding: zstd\r\n", b"\x28\xb5\x2f\xfd", 415),
    "an unknown encoding": (JSON + b"content-encoding: rot13\r\n", BODY, 415),
    "identity": (JSON + b"content-encoding: identity\r\n", BODY, 200),
    "gzip that says nothing of it": (JSON, gzip.compress(BODY), 400),
}

HEADERS = {
    "no key": (head(b"content-length: 0"), 401),
    "an empty key": (post(keys=b"x-api-token:\r\nteam_id: t\r\n"), 401),
    "a blank key": (post(keys=b"x-api-token:    \t \r\nteam_id: t\r\n"), 401),
    "a key of high bytes": (post(keys=b"x-api-token: \xff\xfe\r\nteam_id: t\r\n"), 200),
    "a key twice": (post(keys=KEYS + b"team_id: other\r\n"), 200),
    "a key of 60,000 bytes": (post(keys=b"x-api-token: " + b"k" * 60_000 + b"\r\nteam_id: t\r\n"), 200),
    "a head over the limit": (post(headers=JSON + b"a: " + b"b" * 70_000 + b"\r\n"), 431),
    "5,000 headers": (post(headers=JSON + b"".join(b"h%d: v\r\n" % n for n in range(5000))), 200),
    "50,000 headers": (post(headers=JSON + b"".join(b"h%d: v\r\n" % n for n in range(50_000))), 431),
    "a header without a name": (post(headers=JSON + b": x\r\n"), 400),
    "a header without a colon": (post(headers=JSON + b"nonsense\r\n"), 400),
    "a blank before the colon": (post(headers=JSON + b"a : x\r\n"), 400),
    "a folded header": (post(headers=JSON + b"a: x\r\n y\r\n"), 400),
    "a folded key": (post(keys=b"x-api-token: canary\r\n -folded\r\nteam_id: t\r\n"), 400),
    "NUL in a header": (post(headers=JSON + b"a: x\0y\r\n"), 400),
    "a bare CR in a header": (post(headers=JSON + b"a: x\ry\r\n"), 400),
    "a bare LF in a header": (post(headers=JSON + b"a: x\nb: y\r\n"), 400),
    "high bytes in a header": (post(headers=JSON + b"a: \xe4\xff\r\n"), 200),
    "high bytes in a name": (post(headers=JSON + b"\xe4: x\r\n"), 400),
    "parentheses in a name": (post(headers=JSON + b"a(b): x\r\n"), 400),
    "no host": (head(first=b"GET /docs HTTP/1.1", host=b""), 400),
    "two hosts": (head(b"host: other", first=b"GET /docs HTTP/1.1"), 400),
    "an odd host": (head(first=b"GET /docs HTTP/1.1", host=b"host: ]["), 200),
    "an empty host": (head(first=b"GET /docs HTTP/1.1", host=b"host:"), 200),
    "Expect: 100-continue": (post(headers=JSON + b"expect: 100-continue\r\n"), 200),
    "an unknown expectation": (post(headers=JSON + b"expect: a-miracle\r\n"), 417),
    "Connection: close": (post(headers=JSON + b"connection: close\r\n"), 200),
    "Connection: nonsense": (post(headers=JSON + b"connection: , ,x;\r\n"), 200),
    "an upgrade to a websocket": (post(headers=JSON + b"connection: upgrade\r\nupgrade: websocket\r\n"), 200),
    "an upgrade to h2c": (post(headers=JSON + b"connection: upgrade\r\nupgrade: h2c\r\n"), 200),
    "an upgrade with a list": (post(headers=JSON + b"connection: upgrade\r\nupgrade: h2c, websocket\r\n"), 200),
    "upgrades in any spelling": (
        post(
            headers=JSON
            + b"Connection: Upgrade, HTTP2-Settings\r\nUpGrade: h2c\r\nupgrade: x\r\nHTTP2-Settings: AA\r\n"
        ),
        200,
    ),
    "an upgrade without a body": (head(*KEYS.split(b"\r\n")[:2], b"connection: upgrade", b"upgrade: h2c"), 400),
    "an origin with a line of its own": (post(headers=JSON + b"origin: http://a\r\n"), 200),
    "an odd Accept": (post(headers=JSON + b"accept: ;;;q=x\r\n"), 200),
    "an Accept without JSON": (post(headers=JSON + b"accept: text/html\r\n"), 200),
    "a Range": (post(headers=JSON + b"range: bytes=0-1\r\n"), 200),
    "a method override": (post(headers=JSON + b"x-http-method-override: DELETE\r\n"), 200),
}

LENGTHS = {
    "a length that is short": (post(length=b"10"), 400),
    "a length that is long, half closed": (post(length=b"1000"), 400, True),
    "a length of zero": (post(length=b"0"), 400),
    "a negative length": (post(length=b"-1"), 400),
    "a signed length": (post(length=b"+5"), 400),
    "a length in hexadecimal": (post(length=b"0x10"), 400),
    "a length with a fraction": (post(length=b"1.0"), 400),
    "a length of Arabic digits": (post(length="\u0661".encode()), 400),
    "an empty length": (post(length=b""), 400),
    "a length of 40 digits": (post(length=b"9" * 40), 400),
    "an announced gigabyte": (post(length=b"1073741824"), 413, True),
    "two equal lengths": (post(headers=JSON + b"content-length: %d\r\n" % len(BODY)), 400),
    "two different lengths": (post(headers=JSON + b"content-length: 3\r\n"), 400),
    "a list of lengths": (post(length=b"37, 37"), 400),
    "length and chunks": (post(headers=JSON + b"transfer-encoding: chunked\r\n"), 400),
    "chunks": (chunked(BODY), 200),
    "a chunk per byte": (chunked(*(bytes([byte]) for byte in BODY)), 200),
    "chunks over the limit": (chunked(*[b" " * 65_536] * 20), 413),
    "chunks and an upgrade": (chunked(BODY, headers=JSON + b"connection: upgrade\r\nupgrade: h2c\r\n"), 200),
    "no chunk at all": (chunked(), 400),
    "a chunk with an extension": (chunked(end=b"%x;a=b;c\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)), 200),
    "a chunk with a long extension": (
        chunked(end=b"%x;a=%s\r\n%s\r\n0\r\n\r\n" % (len(BODY), b"b" * 10_000, BODY)),
        200,
    ),
    "a chunk size in letters": (chunked(end=b"zz\r\n{}\r\n0\r\n\r\n"), 400),
    "a negative chunk size": (chunked(end=b"-1\r\n{}\r\n0\r\n\r\n"), 400),
    "a chunk size of 40 digits": (chunked(end=b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n"), 400),
    "a chunk size with a prefix": (chunked(end=b"0x2\r\n{}\r\n0\r\n\r\n"), 400),
    "an empty chunk size": (chunked(end=b"\r\n{}\r\n0\r\n\r\n"), 400),
    "a chunk longer than its size": (chunked(end=b"2\r\n{}{}\r\n0\r\n\r\n"), 400),
    "a chunk without its end": (chunked(BODY, end=b""), 400, True),
    "chunks with trailers": (chunked(BODY, end=b"0\r\nx-api-token: other\r\na: b\r\n\r\n"), 200),
    "chunks with 100,000 bytes of trailers": (
        chunked(BODY, end=b"0\r\n" + b"a: b\r\n" * 20_000 + b"\r\n"),
        431,
    ),
    "gzip as transfer encoding": (post(headers=JSON + b"transfer-encoding: gzip\r\n"), 400),
    "chunked twice": (head(*KEYS.split(b"\r\n")[:2], b"transfer-encoding: chunked, chunked"), 400, True),
    "identity as transfer encoding": (head(*KEYS.split(b"\r\n")[:2], b"transfer-encoding: identity"), 400, True),
    "an odd spelling of chunked": (head(*KEYS.split(b"\r\n")[:2], b"transfer-encoding: \x0bchunked"), 400, True),
}

TARGETS = {
    "another path": (b"/nowhere", 404),
    "a trailing slash": (b"/contact/call/", 404),
    "a double slash": (b"//contact/call", 404),
    "a double slash inside": (b"/contact//call", 404),
    "an encoded slash": (b"/contact%2Fcall", 404),
    "an encoded letter": (b"/contact/c%61ll", 200),
    "upper case in the path": (b"/Contact/Call", 404),
    "dots": (b"/./contact/call", 404),
    "dots that lead up": (b"/x/../contact/call", 404),
    "encoded dots": (b"/%2e%2e/contact/call", 404),
    "a matrix parameter": (b"/contact/call;x=y", 404),
    "NUL, encoded": (b"/contact/call%00", 404),
    "invalid UTF-8, encoded": (b"/contact/%ff%fe", 404),
    "half an escape in the path": (b"/contact/%", 404),
    "a bad escape in the path": (b"/contact/%zz", 404),
    "an overlong escape": (b"/contact/%c0%af", 404),
    "a line feed, encoded": (b"/contact/call%0d%0aset-cookie:a", 404),
    "raw high bytes": (b"/contact/\xff\xfe", 400),
    "a raw blank": (b"/contact/ call", 400),
    "a tab": (b"/contact/\tcall", 400),
    "10,000 bytes": (b"/" + b"x" * 10_000, 404),
    "60,000 bytes": (b"/" + b"x" * 60_000, 404),
    "70,000 bytes": (b"/" + b"x" * 70_000, 431),
    "a query": (b"/contact/call?x=1&x=2&&=", 200),
    "a query of 5,000 fields": (b"/contact/call?" + b"a=1&" * 5000, 400),
    "a query of invalid UTF-8": (b"/contact/call?a=%ff", 400),
    "a query of raw high bytes": (b"/contact/call?a=\xff", 400),
    "a query with half an escape": (b"/contact/call?a=%", 200),
    "two question marks": (b"/contact/call??", 200),
    "a fragment": (b"/contact/call#x", 200),
    "absolute form": (b"http://elsewhere.example/contact/call", 200),
    "absolute form with https": (b"https://elsewhere.example:444/contact/call", 200),
    "absolute form of another scheme": (b"ftp://elsewhere.example/contact/call", 200),
    "absolute form without a path": (b"http://elsewhere.example", 400),
    "authority form": (b"elsewhere.example:80", 400),
    "an asterisk": (b"*", 404),
    "no slash": (b"contact/call", 400),
    "a backslash": (b"\\contact\\call", 400),
    "the control plane": (b"/_mock/", 403),
    "the control plane from a foreign host": (b"/_mock/health", 403),
}

METHODS = {
    b"GET": 405,
    b"PUT": 405,
    b"PATCH": 405,
    b"DELETE": 405,
    b"OPTIONS": 405,
    b"TRACE": 405,
    b"PROPFIND": 405,
    b"QUERY": 405,
    b"BREW": 400,
    b"post": 400,
    b"P\xd6ST": 400,
    b"X" * 5000: 400,
    b"": 400,
}

WIRE = {
    "nothing but line ends": (b"\r\n" * 100, CLOSED, True),
    "line ends before a request": (b"\r\n\r\n" + post(), 200),
    "line feeds alone": (b"POST /contact/call HTTP/1.1\nhost: mock\n\n", 400, True),
    "HTTP/0.9": (b"GET /\r\n", 400, True),
    "HTTP/1.0": (post(version=b"HTTP/1.0"), 200),
    "HTTP/1.0 without a host": (b"GET /openapi.json HTTP/1.0\r\n\r\n", 200),
    "HTTP/1.2": (post(version=b"HTTP/1.2"), 400),
    "HTTP/2.0": (post(version=b"HTTP/2.0"), 400),
    "HTTP/3.0": (post(version=b"HTTP/3.0"), 400),
    "HTTP/11": (post(version=b"HTTP/11"), 400),
    "http in lower case": (post(version=b"http/1.1"), 400),
    "ICE": (post(version=b"ICE/1.0"), 400),
    "no version": (b"POST /contact/call\r\nhost: mock\r\n\r\n", 400, True),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), 400),
    "an SSH banner": (b"SSH-2.0-OpenSSH_9.2\r\n", 400, True),
    "an SMTP greeting": (b"EHLO mock\r\n", 400, True),
    "a Redis command": (b"*1\r\n$4\r\nPING\r\n", 400, True),
    "a PROXY line": (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + post(), 400),
    "random bytes": (bytes((n * 7919 + 13) % 256 for n in range(3000)), 400, True),
    "NUL bytes": (bytes(3000), 400, True),
    "half a request line": (b"POST /cont", 400, True),
    "half a head": (post()[:90], 400, True),
    "half a body": (post()[:-5], 400, True),
    "a whole request, half closed": (post(), 200, True),
    "nothing, half closed": (b"", CLOSED, True),
    "two requests in one": (post() + post(b"{"), 400),
    "a hundred requests in one": (post() * 99 + post(b"[]"), 400),
    "a thousand wishes to upgrade": (
        head(b"connection: upgrade", b"upgrade: h2c", first=b"GET /nowhere HTTP/1.1") * 1000 + post(b"{"),
        400,
    ),
    "a request and nonsense": (post() + b"nonsense\r\n\r\n", 400),
    "a refused request and another": (post(b"{") + post(), 200),
    "too large and another": (post(b" " * 1_048_577) + post(), 413),
    "blanks in the request line": (b"POST  /contact/call  HTTP/1.1\r\nhost: mock\r\n\r\n", 401, True),
    "HEAD of a page": (head(first=b"HEAD /openapi.json HTTP/1.1"), 200, True),
    "HEAD of an operation": (head(first=b"HEAD /contact/call HTTP/1.1"), 405, True),
    "HEAD of nothing": (head(first=b"HEAD /nowhere HTTP/1.1"), 404, True),
    "CONNECT": (head(first=b"CONNECT elsewhere.example:443 HTTP/1.1"), 400, True),
    "CONNECT with a path": (head(first=b"CONNECT /contact/call HTTP/1.1"), 400, True),
    "OPTIONS *": (head(first=b"OPTIONS * HTTP/1.1"), 404, True),
    "a preflight": (
        head(
            b"origin: http://localhost:3000",
            b"access-control-request-method: POST",
            first=b"OPTIONS /contact/call HTTP/1.1",
        ),
        204,
    ),
    "a preflight of nothing": (
        head(b"origin: http://x", b"access-control-request-method: POST", first=b"OPTIONS /nowhere HTTP/1.1"),
        404,
    ),
    "a preflight of the control plane": (
        head(b"origin: http://x", b"access-control-request-method: POST", first=b"OPTIONS /_mock/reset HTTP/1.1"),
        403,
    ),
}


def rows() -> list[Row]:
    """Return the whole corpus."""
    found = [
        Row(f"body: {name}", post(body), status) for status, named in BODIES.items() for name, body in named.items()
    ]
    found += [
        Row(f"content: {name}", post(body, headers=headers), status)
        for name, (headers, body, status) in CONTENT.items()
    ]
    found += [Row(f"header: {name}", data, status) for name, (data, status) in HEADERS.items()]
    found += [_row("length", name, *row) for name, row in LENGTHS.items()]
    found += [Row(f"target: {name}", post(target=target), status) for name, (target, status) in TARGETS.items()]
    found += [
        Row(f"method: {method[:10]!r}", post().replace(b"POST", method, 1), status)
        for method, status in METHODS.items()
    ]
    return [*found, *(_row("wire", name, *row) for name, row in WIRE.items())]


def _row(kind: str, name: str, data: bytes, status: int, half: bool = False) -> Row:
    return Row(f"{kind}: {name}", data, status, half)
