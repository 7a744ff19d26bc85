# Generated from openapi.json by scripts/regenerate; do not edit.
"""Contains all the data models used in inputs/outputs"""

from .call_contact_metadata import CallContactMetadata
from .call_contact_request import CallContactRequest
from .generic_response import GenericResponse
from .generic_response_data import GenericResponseData
from .generic_response_error_type_0 import GenericResponseErrorType0

__all__ = (
    "CallContactMetadata",
    "CallContactRequest",
    "GenericResponse",
    "GenericResponseData",
    "GenericResponseErrorType0",
)
