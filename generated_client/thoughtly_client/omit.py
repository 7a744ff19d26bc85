"""The default of arguments that may be left out, so that None can mean JSON's null."""

from typing import Final, Literal, final


@final
class Omit:
    """The type of `OMIT`."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "OMIT"

    def __reduce__(self) -> str:
        return "OMIT"


OMIT: Final = Omit()
"""An argument with this value is not sent."""
