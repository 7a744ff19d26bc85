import pytest
from reminders import remind

from thoughtly_mock import magic


def test_everybody_is_called_once(thoughtly_mock):
    assert remind(["ann", "bob"], "a1b2c3d4") == {"ann": "called", "bob": "called"}
    call = thoughtly_mock.assert_called_once(contact_id="ann")
    assert call.parsed["metadata"] == {"purpose": "appointment"}
    thoughtly_mock.assert_no_duplicates()


@pytest.mark.parametrize(
    ("contact", "became"),
    [
        (magic.NOT_FOUND, "refused"),
        (magic.SERVICE_UNAVAILABLE, "unknown"),
        (magic.LOST_RESPONSE, "unknown"),
        (magic.RESET_AFTER, "unknown"),
        (magic.RESET, "unknown"),
    ],
)
def test_nobody_is_called_again_on_a_bad_day(thoughtly_mock, contact, became):
    assert remind([contact], "a1b2c3d4") == {contact: became}
    assert len(thoughtly_mock.requests) == 1


@pytest.mark.thoughtly(scenario="busy.yaml")
def test_a_busy_hour(thoughtly_mock):
    assert remind(["ann", "bob", "eve"], "a1b2c3d4") == {"ann": "called", "bob": "refused", "eve": "called"}
    thoughtly_mock.assert_not_called(contact_id="bob")


@pytest.mark.thoughtly(faults={"everything": {"rate_limit": {"requests": 1}}})
def test_more_than_the_limit(thoughtly_mock):
    assert remind(["ann", "bob"], "a1b2c3d4") == {"ann": "called", "bob": "refused"}
