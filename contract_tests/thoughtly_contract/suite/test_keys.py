"""Who may call an operation: every key in every state, in every combination."""

from typing import Any

from schemathesis import Case, Response

from thoughtly_contract.checks import envelope_problem, has_envelope, json_of, media_type_of
from thoughtly_contract.keys import Key, KeyState, combinations, requirements, satisfies
from thoughtly_contract.schemas import observed, schema_for
from thoughtly_contract.session import current

RUN = current()
REFUSALS = (401, 403)
requests = schema_for(RUN, "examples", fill_missing=True)

WRONG = "contract-check-wrong-key"


@requests.parametrize()
def test_keys(case: Case[Any]) -> None:
    """A valid request is let in exactly when all its keys are good, and refused in the common shape else."""
    alternatives = requirements(RUN.spec, RUN.operation(case.method, case.path))
    problems = []
    for chosen in combinations(RUN.keys, RUN.key_states):
        response = with_keys(case, chosen).call()
        if problem := problem_of(response, allowed=satisfies(alternatives, chosen)):
            text = f"{described(chosen)}: {problem}"
            if not RUN.target.differences.absorb(observed("KeysNotEnforced", text, response)):
                problems.append(text)
    assert not problems, "\n".join(problems)


def with_keys(case: Case[Any], chosen: dict[Key, KeyState]) -> Case[Any]:
    """Return the same request with its keys in these states."""
    headers = case.headers.copy()
    for key, state in chosen.items():
        headers.pop(key.header, None)
        if state is not KeyState.MISSING:
            headers[key.header] = {KeyState.GOOD: key.value, KeyState.WRONG: WRONG, KeyState.EMPTY: ""}[state]
    return case.derive(headers=headers)


def problem_of(response: Response, *, allowed: bool) -> str | None:
    """Say what is wrong with the answer to a request that is, or is not, to be let in."""
    refused = response.status_code in REFUSALS
    if allowed:
        return f"refused with {response.status_code}" if refused else None
    if not refused:
        return f"expected 401, got {response.status_code}"
    return envelope_problem(media_type_of(response), json_of(response)) if has_envelope(RUN.spec) else None


def described(chosen: dict[Key, KeyState]) -> str:
    """Name every key with its state, never its value."""
    return ", ".join(f"{key.header} {state}" for key, state in chosen.items()) or "no keys"
