# Generated from openapi.json by scripts/regenerate; do not edit.
"""The spec as the client needs it at run time."""

from typing import Any, Final

from ..operation import Argument, Key, Operation, Provenance

PROVENANCE: Final = Provenance(
    sha256="18d7e67c12e94584e7ad054458fff3d05fc7a89c29900ab55f3f72886d09becf",
    tools={"openapi-python-client": "0.29.1", "ruff": "0.17.6"},
)

BASE_URL: Final = "https://api.thoughtly.com"

KEYS: Final[dict[str, Key]] = {
    "ApiKeyAuth": Key(header="x-api-token", credential="api_token"),
    "TeamIdAuth": Key(header="team_id", credential="team_id"),
}

COMPONENTS: Final[dict[str, Any]] = {
    "GenericResponse": {
        "type": "object",
        "required": ["data"],
        "properties": {
            "error": {"type": "object", "nullable": True},
            "data": {"type": "object", "additionalProperties": True},
        },
    },
    "CallContactMetadata": {
        "type": "object",
        "nullable": True,
        "properties": {"additional_data_1": {"type": "string"}},
    },
    "CallContactRequest": {
        "type": "object",
        "required": ["contact_id", "interview_id"],
        "properties": {
            "contact_id": {"type": "string"},
            "interview_id": {"type": "string"},
            "metadata": {"$ref": "CallContactMetadata"},
        },
    },
}

OPERATIONS: Final[dict[str, Operation]] = {
    "call_contact": Operation(
        name="call_contact",
        method="POST",
        path="/contact/call",
        arguments=(
            Argument(
                "contact_id",
                "contact_id",
                "property",
                required=True,
                explode=False,
                schema={"type": "string"},
            ),
            Argument(
                "interview_id",
                "interview_id",
                "property",
                required=True,
                explode=False,
                schema={"type": "string"},
            ),
            Argument(
                "metadata",
                "metadata",
                "property",
                required=False,
                explode=False,
                schema={"$ref": "CallContactMetadata"},
            ),
        ),
        media_type="application/json",
        body_required=True,
        keys=(
            KEYS["ApiKeyAuth"],
            KEYS["TeamIdAuth"],
        ),
        responses={"200": {"$ref": "GenericResponse"}},
    ),
}
