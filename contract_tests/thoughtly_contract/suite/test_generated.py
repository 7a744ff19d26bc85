"""Everything that schemathesis generates, one test per phase and operation, with all checks."""

from typing import Any

import hypothesis
import pytest
from schemathesis import Case
from schemathesis.core.errors import NoLinksFound

from thoughtly_contract.schemas import schema_for
from thoughtly_contract.session import current

RUN = current()
pytestmark = pytest.mark.skipif(
    RUN.calls_allowed is not None, reason="generated requests could place any number of calls, and calls are counted"
)
examples = schema_for(RUN, "examples", fill_missing=True)
coverage = schema_for(RUN, "coverage")
fuzzing = schema_for(RUN, "fuzzing")


@examples.parametrize()
def test_examples(case: Case[Any]) -> None:
    """Every example of the spec, or a made-up request where it has none."""
    case.call_and_validate()


@coverage.parametrize()
def test_coverage(case: Case[Any]) -> None:
    """Every boundary and every violation of each keyword, one by one, and methods that the spec does not name."""
    case.call_and_validate()


@fuzzing.parametrize()
def test_fuzzing(case: Case[Any]) -> None:
    """Random valid and invalid requests."""
    case.call_and_validate()


def test_stateful() -> None:
    """Sequences of operations along the links of the spec, stated or inferred."""
    machine = hypothesis.seed(RUN.seed)(schema_for(RUN, "stateful").as_state_machine())
    try:
        machine.run(settings=hypothesis.settings(max_examples=RUN.max_examples, database=None, deadline=None))
    except NoLinksFound:
        pytest.skip("the spec links no operation to another")
