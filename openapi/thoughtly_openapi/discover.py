"""Which API pages upstream's docs index lists, and which of them are not vendored yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt

from thoughtly_openapi.errors import SourceError
from thoughtly_openapi.fetch import is_url, read
from thoughtly_openapi.lock import Lock, read_lock
from thoughtly_openapi.workspace import Workspace

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
    source = read(index or _default_index(lock), timeout=timeout)
    base = source.url or next(iter(_indexes(lock)), "")
    listed = tuple(_api_pages(source.data.decode("utf-8-sig", "replace"), base))
    if not listed:
        raise SourceError(f"{source.name}: lists no page below {API_PAGES}")
    vendored = {_page_key(entry.url) for entry in lock.pages.values() if entry.url}
    return tuple(page for page in listed if _page_key(page.url) not in vendored)


def _indexes(lock: Lock) -> list[str]:
    return sorted({urljoin(entry.url, "/llms.txt") for entry in lock.pages.values() if entry.url})


def _default_index(lock: Lock) -> str:
    if found := _indexes(lock):
        return found[0]
    raise SourceError("no vendored page has an address: name the docs index, as in --discover URL")


def _api_pages(text: str, base: str) -> Iterator[Listed]:
    pages = [Listed(title.strip(), urljoin(base, address)) for title, address in _links(text)]
    return _first_of_each(page for page in pages if is_url(page.url) and API_PAGES in urlsplit(page.url).path)


def _links(text: str) -> Iterator[tuple[str, str]]:
    for token in MarkdownIt("commonmark").parse(text):
        address, words = "", list[str]()
        for child in token.children or ():
            if child.type == "link_open":
                address, words = str(child.attrGet("href")), []
            elif child.type == "link_close":
                yield "".join(words), address
            else:
                words.append(child.content)


def _first_of_each(pages: Iterable[Listed]) -> Iterator[Listed]:
    seen = set()
    for page in pages:
        if (key := _page_key(page.url)) not in seen:
            seen.add(key)
            yield page


def _page_key(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/").removesuffix(".md")
