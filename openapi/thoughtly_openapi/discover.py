"""Which API pages upstream's docs index lists, and which of them are not vendored yet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from thoughtly_openapi.errors import SourceError
from thoughtly_openapi.fetch import is_url, read
from thoughtly_openapi.lock import Lock, read_lock
from thoughtly_openapi.workspace import Workspace

LINK = re.compile(r"\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
API_PAGES = "/api-reference/"


@dataclass(frozen=True, slots=True)
class Listed:
    """An API page of the docs index."""

    title: str
    url: str


def discover(workspace: Workspace, index: str | None = None, *, timeout: float) -> tuple[Listed, ...]:
    """Return the API pages of the docs index that are not vendored, in the index's order.

    Args:
        workspace: whose lock says what is vendored.
        index: address or file of the index; default: ``llms.txt`` of the host that the vendored pages are on.
        timeout: seconds that reading it may take.

    Raises:
        SourceError: the index cannot be read, or lists no API page at all.
    """
    lock = read_lock(workspace)
    place = index or _default_index(lock)
    source = read(place, timeout=timeout)
    listed = tuple(_api_pages(source.data.decode("utf-8-sig", "replace"), place if is_url(place) else ""))
    if not listed:
        raise SourceError(f"{source.name}: lists no page below {API_PAGES}")
    vendored = {_page_key(entry.url) for entry in lock.pages.values() if entry.url}
    return tuple(page for page in listed if _page_key(page.url) not in vendored)


def _default_index(lock: Lock) -> str:
    hosts = sorted({urljoin(entry.url, "/llms.txt") for entry in lock.pages.values() if entry.url})
    if not hosts:
        raise SourceError("no vendored page has an address: name the docs index, as in --discover URL")
    return hosts[0]


def _api_pages(text: str, base: str) -> Iterator[Listed]:
    links = ((title, urljoin(base, address)) for title, address in LINK.findall(text))
    pages = [Listed(title.strip(), url) for title, url in links if API_PAGES in urlsplit(url).path]
    return _first_of_each(pages)


def _first_of_each(pages: Iterable[Listed]) -> Iterator[Listed]:
    seen = set()
    for page in pages:
        if (key := _page_key(page.url)) not in seen:
            seen.add(key)
            yield page


def _page_key(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/").removesuffix(".md")
