"""A request that the spec calls valid gets what the spec promises."""

from typing import Any

from schemathesis import Case

from thoughtly_contract.schemas import schema_for
from thoughtly_contract.session import current

RUN = current()
requests = schema_for(RUN, "examples", fill_missing=True)


@requests.parametrize()
def test_valid_request(case: Case[Any]) -> None:
    """A valid request gets a success that the operation documents."""
    response = case.call()
    documented = RUN.operation(case.method, case.path).definition["responses"]
    assert 200 <= response.status_code < 300, f"got {response.status_code}"
    assert {str(response.status_code), "2XX", "default"} & set(documented), f"{response.status_code} is undocumented"
