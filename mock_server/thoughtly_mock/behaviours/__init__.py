"""What is special about single operations, registered under their ids. The rest of the mock knows no operation."""

from thoughtly_mock.behaviours import call_contact
from thoughtly_mock.behaviours.behaviour import Behaviour

_REGISTERED = {call_contact.OPERATION_ID: call_contact.BEHAVIOUR}
_NOTHING_SPECIAL = Behaviour()


def of(operation_id: str) -> Behaviour:
    """Return what is special about an operation; most have nothing."""
    return _REGISTERED.get(operation_id, _NOTHING_SPECIAL)
