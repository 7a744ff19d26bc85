"""Reminds people of their appointments by calling them, each once."""

from collections.abc import Iterable

from thoughtly_client import OutcomeUnknownError, RejectedError, Thoughtly


def remind(contacts: Iterable[str], agent: str) -> dict[str, str]:
    """Call each contact once; return what became of each: ``called``, ``refused`` or ``unknown``."""
    with Thoughtly(max_retries=0) as client:
        return {contact: _call(client, contact, agent) for contact in contacts}


def _call(client: Thoughtly, contact: str, agent: str) -> str:
    try:
        client.call_contact(contact_id=contact, interview_id=agent, metadata={"purpose": "appointment"})
    except RejectedError:
        return "refused"
    except OutcomeUnknownError:
        # Calling again could ring twice: a person has to look.
        return "unknown"
    return "called"
