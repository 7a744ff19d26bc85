"""The spec as schemathesis sees it: one schema per phase, every check on."""

from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis import AuthContext, Case, GenerationMode, HookContext, Response
from schemathesis.config import (
    GenerationConfig,
    OutputConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SanitizationConfig,
    SchemathesisConfig,
)
from schemathesis.config import _output as output_defaults
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.schemas import OpenApiSchema

from thoughtly_contract import checks as checks  # registers them
from thoughtly_contract.differences import Observed
from thoughtly_contract.exchange import Request
from thoughtly_contract.keys import Key
from thoughtly_contract.report.problem import Problem
from thoughtly_contract.session import Run
from thoughtly_openapi.loader import resolve

# Other ones in each run, and no server looks at them.
_OF_THE_TOOL = {"x-schemathesis-testcaseid", "user-agent"}
PHASES = ("examples", "coverage", "fuzzing", "stateful")


def schema_for(run: Run, phase: str, *, fill_missing: bool = False) -> OpenApiSchema:
    """Return the spec with only ``phase`` on, sending to the run's target.

    Args:
        run: what is checked.
        phase: one of :data:`PHASES`.
        fill_missing: in the examples phase, make a request up where the spec has no example.
    """
    spec: dict[str, Any] = dict(run.spec)
    schema = schemathesis.openapi.from_dict(spec, config=_config(run, phase, fill_missing=fill_missing))
    schema.app = run.target.app

    def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        seen = observed(type(failure).__name__, failure.message, response)
        if run.target.differences.absorb(seen):
            return False
        message = f"{failure.title}: {failure.message}"
        request = request_of(response.request)
        run.problems.add(Problem(f"test_{phase}", case.operation.label, seen.kind, message, seen.status, request))
        return True

    schema.hook(filter_failure)
    schema.hook(filter_case)
    schema.auth(refresh_interval=None)(_credentials({key.header: key.value for key in run.keys}))
    return schema


def filter_case(_context: HookContext, case: Case[Any]) -> bool:
    """Leave out invalid cases that look valid on the wire: ``tags=`` is one empty text, and an empty array too."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.NEGATIVE:
        return True
    arrays = {
        parameter.name
        for parameter in case.operation.query
        if resolve(case.operation.schema.raw_schema, parameter.definition.get("schema", {})).get("type") == "array"
    }
    return not any(name in arrays and value in ("", [], [""]) for name, value in (case.query or {}).items())


def _credentials(headers: dict[str, str]) -> type:
    class Credentials:
        """The run's keys, as credentials rather than as headers: a generated header never counts as one of them."""

        def get(self, _case: Case[Any], _context: AuthContext) -> dict[str, str]:
            return headers

        def set(self, case: Case[Any], data: dict[str, str], _context: AuthContext) -> None:
            case.headers.update(data)

    return Credentials


def request_of(prepared: Any) -> Request:
    """Return what schemathesis sent as the request that it was."""
    parts = urlsplit(prepared.url)
    sent = ((name.lower(), value) for name, value in prepared.headers.items())
    headers = tuple((name.encode("latin-1"), _bytes(value)) for name, value in sent if name not in _OF_THE_TOOL)
    return Request(
        prepared.method, _bytes(parts.path or "/"), _bytes(parts.query), headers, _bytes(prepared.body or b"")
    )


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def observed(kind: str, message: str, response: Response) -> Observed:
    """Return a failure in terms of the response that showed it."""
    return Observed(kind, response.status_code, message, f"{response.request.method} {response.request.url}")


def _config(run: Run, phase: str, *, fill_missing: bool) -> SchemathesisConfig:
    phases = PhasesConfig()
    for name in PHASES:
        phases.get_by_name(name=name).enabled = name == phase
    phases.examples.fill_missing = fill_missing
    project = ProjectConfig(
        phases=phases,
        # A database would replay cases of earlier runs, and keep keys and bodies on disk.
        generation=GenerationConfig(max_examples=run.max_examples, database="none"),
        # Reports show this address; the application is reached whatever it says.
        base_url=run.target.url,
        request_retries=0,
        # Requests are re-sent on a redirect to wherever the server says: the redirect is the answer.
        max_redirects=0,
        continue_on_failure=True,
    )
    return SchemathesisConfig(
        seed=run.seed,
        projects=ProjectsConfig(default=project),
        output=OutputConfig(sanitization=_sanitization(run.keys)),
    )


def _sanitization(keys: tuple[Key, ...]) -> SanitizationConfig:
    names = tuple(key.header.lower() for key in keys)
    return SanitizationConfig(keys_to_sanitize=(*output_defaults.DEFAULT_KEYS_TO_SANITIZE, *names))
