"""Text of others, made fit for a terminal."""

import re

# Beside control characters, those that reorder or hide what a terminal shows.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def plain(text: str) -> str:
    """Return ``text`` as one line without control characters, which a hostile page could drive a terminal with."""
    return UNSEEN.sub(" ", text)


def printable(text: str) -> str:
    """Return ``text`` without control characters other than line ends."""
    return "\n".join(plain(line) for line in re.split(r"\r?\n", text))
