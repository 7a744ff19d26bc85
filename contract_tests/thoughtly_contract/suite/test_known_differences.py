"""What is known of a target stays true. Runs after everything else."""

from thoughtly_contract.session import current

RUN = current()


def test_known_differences() -> None:
    """A known difference that no longer happens, or has expired, is to be struck off the list, or looked at anew."""
    expired = [f"{entry.name} on {entry.expires}" for entry in RUN.target.differences.expired(RUN.today)]
    assert not expired, "expired: " + ", ".join(expired)
    gone = [f"{entry.name}: {entry.reason}" for entry in RUN.target.differences.gone()] if RUN.whole else []
    assert not gone, "no longer happens: " + "; ".join(gone)
