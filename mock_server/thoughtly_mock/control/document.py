"""The OpenAPI document of the control plane of one mock."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from thoughtly_openapi.loader import operations

PREFIX = "/_mock/"


def control_document(spec: Mapping[str, Any], *, token: bool = False) -> dict[str, Any]:
    """Return the OpenAPI document of the control plane.

    Args:
        spec: the spec that is mocked; its operations are the only ones that a scenario or a fault can name.
        token: whether the control plane demands one.
    """
    document: dict[str, Any] = json.loads((files("thoughtly_mock.control") / "openapi.json").read_bytes())
    schemas = document["components"]["schemas"]
    names = [operation.operation_id for operation in operations(spec)]
    schemas["OperationId"]["enum"] = names
    faults = {"$ref": "#/components/schemas/OperationFaults"}
    schemas["Faults"]["properties"]["operations"]["properties"] = dict.fromkeys(names, faults)
    document["security"] = [{"MockToken": []}] if token else []
    return document
