"""Names for operations that upstream leaves unnamed.

One rule: the words of the path in order, path parameters as ``by_NAME``, after the method. For POST, whose last
segment is what it does, that segment comes first and the method is left out.

    POST   /contact/create           create_contact
    POST   /contact/{id}/call        call_contact_by_id
    POST   /contact                  post_contact
    GET    /contact                  get_contact
    PUT    /contact/{contactId}/tags put_contact_by_contact_id_tags
"""

import re
import unicodedata
from typing import Any

from thoughtly_openapi.errors import MergeError
from thoughtly_openapi.loader import METHODS


def name_operations(spec: dict[str, Any]) -> None:
    """Give each operation of ``spec`` an ``operationId``; upstream's own are kept.

    Raises:
        MergeError: two operations would have the same name in generated code.
    """
    owners: dict[str, str] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                name = item[method].setdefault("operationId", operation_name(method, path))
                _claim(owners, snake_case(name), f"{method.upper()} {path}")


def _claim(owners: dict[str, str], name: str, owner: str) -> None:
    other = owners.setdefault(name, owner)
    if other != owner:
        raise MergeError(f"{other} and {owner} would both be called {name!r}: name one of them in an overlay")


def operation_name(method: str, path: str) -> str:
    """Return the name of an unnamed operation, a Python identifier in snake case."""
    segments = [segment for segment in path.split("/") if segment]
    leading = [method]
    if method == "post" and len(segments) > 1 and _is_action(segments[-1]):
        leading, segments = [segments[-1]], segments[:-1]
    return "_".join(snake_case(part) for part in [*leading, *map(_by_parameter, segments)] if part)


def _is_action(segment: str) -> bool:
    return "{" not in segment and not snake_case(segment)[:1].isdigit()


def _by_parameter(segment: str) -> str:
    return re.sub(r"\{([^}]*)\}", r" by \1 ", segment)


def snake_case(text: str) -> str:
    """Return ``text`` as lower-case ASCII words joined by underscores; ``contactId`` gives ``contact_id``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if not re.search("[A-Za-z0-9]", plain):
        plain = text.encode().hex()
    split = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3_\2\4", plain)
    return "_".join(re.findall("[a-z0-9]+", split.lower()))
