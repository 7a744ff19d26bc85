"""Magic contact ids: a bad day on request, with nothing to set up.

A call to one of these contacts is answered as its name says. They look like every other contact id, and no account has
them: their last twelve digits are the status, or 900 and up for what is no status.
"""

from thoughtly_mock.play import FaultKind, Play, PlayedResponse

_ID = "00000000-0000-4000-8000-000000000{:03d}"


def magic_id(number: int) -> str:
    """Return the magic contact id with a number from 0 to 999 at its end."""
    return _ID.format(number)


BAD_REQUEST = magic_id(400)
UNAUTHORIZED = magic_id(401)
FORBIDDEN = magic_id(403)
NOT_FOUND = magic_id(404)
CONFLICT = magic_id(409)
TOO_MANY_REQUESTS = magic_id(429)
INTERNAL_SERVER_ERROR = magic_id(500)
SERVICE_UNAVAILABLE = magic_id(503)

LOST_RESPONSE = magic_id(901)
STALL = magic_id(902)
RESET = magic_id(903)
RESET_AFTER = magic_id(904)
TRUNCATED = magic_id(905)
MALFORMED = magic_id(906)
WRONG_TYPE = magic_id(907)
ERROR_ON_SUCCESS = magic_id(908)
DRIP = magic_id(909)

STATUSES = {
    BAD_REQUEST: 400,
    UNAUTHORIZED: 401,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    CONFLICT: 409,
    TOO_MANY_REQUESTS: 429,
    INTERNAL_SERVER_ERROR: 500,
    SERVICE_UNAVAILABLE: 503,
}
"""Magic contact ids that are answered with a status."""

FAULTS = {
    LOST_RESPONSE: FaultKind.LOST_RESPONSE,
    STALL: FaultKind.STALL,
    RESET: FaultKind.RESET_BEFORE,
    RESET_AFTER: FaultKind.RESET_AFTER,
    TRUNCATED: FaultKind.TRUNCATED,
    MALFORMED: FaultKind.MALFORMED,
    WRONG_TYPE: FaultKind.WRONG_TYPE,
    ERROR_ON_SUCCESS: FaultKind.ERROR_ON_SUCCESS,
    DRIP: FaultKind.DRIP,
}
"""Magic contact ids whose exchange breaks."""

_PLAYS = {
    **{contact: Play(f"magic {status}", response=PlayedResponse(status)) for contact, status in STATUSES.items()},
    **{contact: Play(f"magic {fault}", fault=fault) for contact, fault in FAULTS.items()},
}


def play_of(contact_id: str) -> Play | None:
    """Return what a call to this contact plays; None for a contact that is not magic."""
    return _PLAYS.get(contact_id)
