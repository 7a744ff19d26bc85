"""What the package offers, on which interpreters, and how it is typed."""

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import thoughtly_client
from thoughtly_client import AsyncThoughtly, Outcome, Thoughtly, ThoughtlyError
from thoughtly_client._generated.operations import Operations
from thoughtly_client._generated.tables import OPERATIONS
from thoughtly_client.errors import RejectedError

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated_client" / "thoughtly_client"

PUBLIC = """
    OMIT PROVENANCE AcceptedUnparsedError AsyncThoughtly AuthenticationError ConfigurationError InvalidArgumentError
    InvalidRequestError Ledger NotFoundError NotSentError Outcome OutcomeUnknownError PermissionDeniedError
    RateLimitedError RawResponse RejectedError Reply RequestInfo Result Thoughtly ThoughtlyError Timeout
"""

METHODS = {"base_url", "call_many", "close", "ledger", "with_raw_response"}
"""Beside one method for each operation of the spec."""


def test_these_names_are_public() -> None:
    assert sorted(thoughtly_client.__all__) == sorted(PUBLIC.split())
    assert all(hasattr(thoughtly_client, name) for name in thoughtly_client.__all__)


@pytest.mark.parametrize("kind", [Thoughtly, AsyncThoughtly])
def test_both_clients_have_the_same_surface(kind: type) -> None:
    assert {name for name in dir(kind) if not name.startswith("_")} == METHODS | OPERATIONS.keys()
    wanted = inspect.signature(Thoughtly.__init__).parameters.keys()
    assert inspect.signature(kind).parameters.keys() | {"self"} == wanted


def test_the_method_is_typed_and_documented_from_the_spec() -> None:
    signature = inspect.signature(Thoughtly.call_contact)
    assert list(signature.parameters)[:4] == ["self", "contact_id", "interview_id", "metadata"]
    assert all(p.kind is p.KEYWORD_ONLY for p in list(signature.parameters.values())[1:])
    assert signature.return_annotation == "GenericResponse"
    assert "The ID of the **Contact** that will be called." in (Thoughtly.call_contact.__doc__ or "")
    assert all(word in (Operations.call_contact.__doc__ or "") for word in ("Args:", "Raises:", "Source: POST"))


def test_every_error_has_an_outcome_and_says_whether_a_phone_may_have_rung() -> None:
    def tree(kind: type[ThoughtlyError]) -> list[type[ThoughtlyError]]:
        return [kind, *(each for sub in kind.__subclasses__() for each in tree(sub))]

    drawn = sys.modules["thoughtly_client.errors"].__doc__ or ""
    for kind in tree(ThoughtlyError):
        assert kind.__name__ in drawn
        error = kind("m")
        assert error.may_have_placed_call is (error.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN})
        assert (str(error), error.request, error.response, error.attempts) == ("m", None, None, 0)
        assert (error.elapsed, error.replayed, error.dedupe_key, error.status_code) == (0.0, False, None, None)
    assert RejectedError.for_status(418) is RejectedError


def test_the_modules_own_spec_tells_of_the_apis_spec() -> None:
    spec = thoughtly_client.__spec__
    assert spec is not None
    tools = thoughtly_client.PROVENANCE.tools
    assert spec.name == "thoughtly_client"
    assert (spec.sha256, spec.generator, spec.ruff) == (  # type: ignore[attr-defined]
        thoughtly_client.PROVENANCE.sha256,
        tools["openapi-python-client"],
        tools["ruff"],
    )
    assert spec["sha256"] == thoughtly_client.PROVENANCE.sha256  # type: ignore[index]
    with pytest.raises(KeyError):
        spec["name"]  # type: ignore[index]


def test_one_module_of_the_face_imports_httpx() -> None:
    importers = set()
    for file in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            importers |= {file.name for name in names if name.split(".")[0] in {"httpx", "httpcore"}}
    assert importers == {"transport.py"}


LATE = {"asyncio", "sqlite3", "difflib", "attr", "rich", "concurrent.futures", "thoughtly_client._generated.models"}


def test_importing_the_client_imports_nothing_that_can_wait() -> None:
    program = "import sys, httpx; before = set(sys.modules); import thoughtly_client; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not LATE & set(done.stdout.split())


USE = """
import asyncio, sys
from thoughtly_client import AsyncThoughtly, Thoughtly
url = sys.argv[1]
keys = dict(api_token="t", team_id="t", base_url=url)
call = dict(contact_id="c", interview_id="i")
with Thoughtly(**keys, ledger=sys.argv[2]) as client:
    assert client.call_contact(**call).data["id"] == "c1"
    assert client.call_contact(**call).replayed
    assert len(list(client.call_many([call] * 3))) == 3
async def run():
    async with AsyncThoughtly(**keys) as client:
        assert (await client.call_contact(**call)).data["id"] == "c1"
asyncio.run(run())
"""


def interpreter(version: str) -> Path:
    """Return a Python of this version, from the path or from pyenv."""
    candidates = [shutil.which(f"python{version}")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates += [str(found) for found in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for candidate in filter(None, candidates):
        program = "import sys; print(sys.version_info[:2], sys.executable)"
        done = subprocess.run([candidate, "-c", program], capture_output=True, text=True)
        if done.stdout.startswith(f"({version.replace('.', ', ')})"):
            return Path(done.stdout.split(maxsplit=2)[2].strip())
    pytest.skip(f"no Python {version} on this machine")


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_client_runs_on_python(version: str, tmp_path: Path, accepting: object) -> None:
    """Its dependencies are pure Python, so one installed copy serves every interpreter."""
    site = Path(sys.modules["httpx"].__file__ or "").parents[1]
    paths = os.pathsep.join([str(PACKAGE.parent), str(site)])
    done = subprocess.run(
        [interpreter(version), "-W", "error", "-c", USE, accepting.url, str(tmp_path / "ledger")],  # type: ignore[attr-defined]
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    assert accepting.posts == 2  # type: ignore[attr-defined]


def test_the_client_is_strictly_typed_by_pyright(tmp_path: Path) -> None:
    """Of the generated code, what the project's own templates wrote is held to the same."""
    program = ROOT / "node_modules" / ".bin" / "pyright"
    if not program.exists():
        pytest.skip("pyright is not installed: scripts/setup installs it where node is found")
    generated = PACKAGE / "_generated"
    settings = {
        "typeCheckingMode": "strict",
        "include": [os.path.relpath(PACKAGE, tmp_path)],
        "ignore": [os.path.relpath(generated / part, tmp_path) for part in ("api", "models", "client.py")],
        "extraPaths": [str(PACKAGE.parent), str(Path(sys.modules["httpx"].__file__ or "").parents[1])],
        "pythonVersion": "3.11",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    done = subprocess.run([program, "-p", str(tmp_path), "--outputjson"], capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] > 20
    assert report["generalDiagnostics"] == []
