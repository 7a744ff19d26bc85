# Generated from openapi.json by scripts/regenerate; do not edit.
"""How the body of each documented success becomes a typed value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calling import UndocumentedStatusError

if TYPE_CHECKING:
    from ..calling import Body
    from .models.generic_response import GenericResponse


def call_contact(response: Body) -> GenericResponse:
    """Return the typed answer of ``call_contact``."""
    from .models.generic_response import GenericResponse

    if 200 <= response.status_code <= 200:
        response_200 = GenericResponse.from_dict(response.json())

        return response_200

    raise UndocumentedStatusError(response.status_code)
