"""Bodies that are no JSON, for every operation that takes JSON."""

from typing import Any

from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from thoughtly_contract.checks import takes_json
from thoughtly_contract.schemas import schema_for
from thoughtly_contract.session import current
from thoughtly_openapi.loader import operations

RUN = current()
BODIES = (b"{", b'{"a": ', b"nul", b'{"a": 1,}', b"{'a': 1}", b"{} {}", b'{"a": "\xff"}', b"\x00")
TAKERS = [operation.operation_id for operation in operations(RUN.spec) if takes_json(RUN.spec, operation)]

# Without one there is nothing to test, and schemathesis takes an empty selection for a mistake.
if TAKERS:
    requests = schema_for(RUN, "examples", fill_missing=True).include(operation_id=TAKERS)

    @requests.parametrize()
    def test_malformed_body(case: Case[Any]) -> None:
        """What is no JSON is refused with a documented error, in the common shape."""
        accepted = []
        for body in BODIES:
            headers = {**case.headers, "Content-Type": "application/json"}
            # The request was valid before its body was replaced.
            response = case.call_and_validate(data=body, headers=headers, excluded_checks=[positive_data_acceptance])
            if not 400 <= response.status_code < 500:
                accepted.append(f"{body!r}: got {response.status_code}")
        assert not accepted, "\n".join(accepted)
