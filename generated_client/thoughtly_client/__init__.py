"""A typed client for the Thoughtly API, which places real phone calls.

Every request ends in a known `Outcome`, and none that may have taken effect is sent again.
"""

from thoughtly_client._generated.tables import PROVENANCE
from thoughtly_client.calling import RawResponse
from thoughtly_client.client import AsyncThoughtly, Thoughtly
from thoughtly_client.errors import (
    AcceptedUnparsedError,
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    ThoughtlyError,
)
from thoughtly_client.ledger import Ledger
from thoughtly_client.many import Result
from thoughtly_client.messages import Reply, RequestInfo
from thoughtly_client.omit import OMIT
from thoughtly_client.outcome import Outcome
from thoughtly_client.provenance import describe
from thoughtly_client.transport import Timeout

__all__ = [
    "OMIT",
    "PROVENANCE",
    "AcceptedUnparsedError",
    "AsyncThoughtly",
    "AuthenticationError",
    "ConfigurationError",
    "InvalidArgumentError",
    "InvalidRequestError",
    "Ledger",
    "NotFoundError",
    "NotSentError",
    "Outcome",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RawResponse",
    "RejectedError",
    "Reply",
    "RequestInfo",
    "Result",
    "Thoughtly",
    "ThoughtlyError",
    "Timeout",
]

describe(__spec__, PROVENANCE)
