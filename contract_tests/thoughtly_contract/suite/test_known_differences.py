"""What is known of a target stays true. Runs after everything else."""

from thoughtly_contract.session import current

RUN = current()


def test_known_differences() -> None:
    """A known difference that no longer happens is to be struck off the list."""
    gone = [f"{entry.name}: {entry.reason}" for entry in RUN.target.differences.gone()] if RUN.whole else []
    assert not gone, "no longer happens: " + "; ".join(gone)
