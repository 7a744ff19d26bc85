"""What is no HTTP is refused, and whoever comes next is served."""

import pytest

from thoughtly_contract.battery.wire import wire_findings
from thoughtly_contract.differences import Observed
from thoughtly_contract.exchange import Caller
from thoughtly_contract.preflight import bare_request
from thoughtly_contract.session import current

RUN = current()
BARE = bare_request(RUN.spec, RUN.keys, forbidden=True)


@pytest.mark.skipif(RUN.target.url is None, reason="the target is in this process: there is no socket")
@pytest.mark.skipif(
    RUN.target.proxy is not None, reason="the guard refuses what is hardly HTTP: nobody knows what it would be read as"
)
@pytest.mark.skipif(BARE is None, reason="every request to this API would say upon whom to act")
def test_wire() -> None:
    """Bytes that are hardly HTTP are refused or hung up on, and the next request is answered."""
    assert RUN.target.url
    assert BARE
    problems = []
    for name, status, finding in wire_findings(RUN.target.url, BARE):
        told = f"{name}: {finding.message}"
        if not RUN.target.differences.absorb(Observed(finding.kind, status, told, f"{BARE.method} {RUN.target.url}")):
            problems.append(f"{finding.kind}: {told}")
    with Caller(RUN.target.app) as call:
        answer = call(BARE)
    assert 400 <= answer.status < 500, f"after all that, got {answer.status}"
    assert not problems, "\n".join(problems)
