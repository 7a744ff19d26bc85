"""Whether changes can be rated, and what a rating means for the exit code."""

from argparse import Namespace
from collections.abc import Sequence

from thoughtly_openapi.changes import Change, Impact, can_rate
from thoughtly_openapi.errors import ToolError
from thoughtly_openapi.verbs.common import NO_NODE, say
from thoughtly_openapi.workspace import Workspace

THRESHOLDS = {"any": Impact.PATCH, "additive": Impact.MINOR, "breaking": Impact.MAJOR}
NO_RATING = f"changes cannot be rated here: {NO_NODE}"


def demand_rating(workspace: Workspace, options: Namespace) -> None:
    """Tell that changes cannot be rated here, before anything is written.

    Raises:
        ToolError: the exit code was to depend on their rating.
    """
    if can_rate(workspace):
        return
    if options.fail_on != "none":
        raise ToolError(f"--fail-on {options.fail_on}: {NO_RATING}")
    say(NO_RATING)


def verdict(found: Sequence[Change], options: Namespace) -> int:
    """Return the exit code that ``--fail-on`` asks for; what could not be rated counts as the least."""
    threshold = THRESHOLDS.get(options.fail_on)
    return 1 if threshold and any((change.impact or Impact.PATCH) >= threshold for change in found) else 0
