"""What is asked of those who write evidence, before anything is written."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from thoughtly_contract.errors import EvidenceError
from thoughtly_contract.traffic.recorded import is_loopback

if TYPE_CHECKING:
    from thoughtly_contract.evidence.write import Writer

_NEEDS = ("ruamel.yaml", "jsonpath", "jsonschema", "openapi_spec_validator")


def writer_for(
    spec: Mapping[str, Any], host: str | None, named: str | None, days: Iterable[date] | None = None
) -> "Writer":
    """Return what writes the answers of a host.

    Args:
        spec: the compiled spec that they are held against.
        host: whom they came from, as far as that can be seen.
        named: whom they came from, as ``--evidence-of`` says.
        days: when they came; today for None.

    Raises:
        EvidenceError: the host is this machine, or there is no checkout of this spec.
    """
    answered = (named or host or "").lower()
    if not answered or is_loopback(answered):
        raise EvidenceError(
            f"no evidence is written: what {answered or 'an unnamed host'} answers says nothing about upstream;"
            " if it leads there, say so with --evidence-of HOST"
        )
    if missing := [name for name in _NEEDS if find_spec(name.partition(".")[0]) is None]:
        raise EvidenceError(f"no evidence is written: no {', '.join(missing)}: pip install 'thoughtly-kit[openapi]'")
    # What the pipeline needs is not there wherever checks run.
    from thoughtly_contract.evidence.write import Writer
    from thoughtly_openapi.errors import SpecError
    from thoughtly_openapi.workspace import Workspace

    try:
        workspace = Workspace.find()
    except SpecError as error:
        raise EvidenceError("no evidence is written: the working directory is in no checkout of the project") from error
    return Writer(workspace, spec, answered, days or [datetime.now(UTC).date()])
