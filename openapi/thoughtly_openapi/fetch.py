"""Reading a page from a file, from standard input or over HTTP, within bounds of size and time."""

import asyncio
import ipaddress
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from thoughtly_openapi.errors import SourceError

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
MAX_PORT = 65535
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Source:
    """What was read, and from where."""

    data: bytes
    name: str
    """How errors call it."""
    url: str | None
    """Its address, when it has one."""


def is_url(place: str) -> bool:
    """Whether ``place`` is an address rather than a file."""
    return place.lower().startswith(("http://", "https://"))


def read(place: str, *, timeout: float = TIMEOUT) -> Source:
    """Read a page.

    Args:
        place: a path, ``-`` for standard input, or an address. Plain http is for loopback only.
        timeout: seconds that reading an address may take in all.

    Raises:
        SourceError: it cannot be read, holds more than 5 MB, takes too long, answers with another status than 200, or
            redirects to another host.
    """
    if is_url(place):
        return Source(_download(place, timeout), place, place)
    if place == "-":
        return Source(_bounded(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"), "standard input", None)
    return Source(_read_file(Path(place)), Path(place).name, None)


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _bounded(file.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise SourceError(f"{name}: holds more than {MAX_BYTES // 1_000_000} MB")
    return data


def _download(url: str, timeout: float) -> bytes:
    try:
        return asyncio.run(asyncio.wait_for(_get(url, timeout), timeout))
    except TimeoutError as error:
        raise SourceError(f"{url}: not read within {timeout:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"{url}: cannot be read: {str(error) or type(error).__name__}") from error


async def _get(url: str, timeout: float) -> bytes:
    address = _checked(httpx.URL(url))
    headers = {"accept": "text/markdown, application/yaml, */*;q=0.5", "accept-encoding": "identity"}
    # A proxy is no way to reach one's own machine.
    direct = is_loopback(address.host)
    async with httpx.AsyncClient(timeout=timeout, headers=headers, trust_env=not direct) as client:
        for _ in range(MAX_REDIRECTS + 1):
            async with client.stream("GET", address) as response:
                if response.next_request is None:
                    return await _body(response)
                address = _redirected(address, response.next_request.url)
    raise SourceError(f"{url}: redirects more than {MAX_REDIRECTS} times")


async def _body(response: httpx.Response) -> bytes:
    if response.status_code != httpx.codes.OK:
        raise SourceError(f"{response.url}: answers with status {response.status_code}")
    if encoding := response.headers.get("content-encoding", "").replace("identity", ""):
        raise SourceError(f"{response.url}: is encoded as {encoding}, though it was asked for as it is")
    return b"".join([chunk async for chunk in _chunks(response)])


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_BYTES:
            raise SourceError(f"{response.url}: holds more than {MAX_BYTES // 1_000_000} MB")
        yield chunk


def _redirected(before: httpx.URL, after: httpx.URL) -> httpx.URL:
    if (before.host, before.port) != (after.host, after.port) and not _upgrades(before, after):
        raise SourceError(f"{before}: redirects to another host, {after.netloc.decode()}")
    if before.scheme == "https" and after.scheme != "https":
        raise SourceError(f"{before}: redirects to plain http")
    return _checked(after)


def _upgrades(before: httpx.URL, after: httpx.URL) -> bool:
    return before.host == after.host and before.scheme == "http" and after.scheme == "https"


def _checked(url: httpx.URL) -> httpx.URL:
    if url.userinfo:
        raise SourceError(f"{url.host}: an address with a user name or password would end up in the lock; leave it out")
    if not url.host or (url.port or 0) > MAX_PORT:
        raise SourceError(f"{url}: is not the address of a page")
    if url.scheme == "http" and not is_loopback(url.host):
        raise SourceError(f"{url}: is plain http, which anyone on the way can change; use https")
    return url


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by its name or address alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
