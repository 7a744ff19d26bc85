"""Calling a contact: the operation that makes a phone ring."""

from typing import Any

from thoughtly_mock.behaviours.behaviour import Behaviour
from thoughtly_mock.magic import play_of
from thoughtly_mock.play import Play

OPERATION_ID = "call_contact"
CONTACT = "contact_id"


def _magic(body: Any) -> Play | None:
    return play_of(str(body.get(CONTACT)))


BEHAVIOUR = Behaviour(
    # The sample code of Thoughtly's own pages sends it.
    aliases={"agent_id": "interview_id"},
    contact=CONTACT,
    magic=_magic,
)
