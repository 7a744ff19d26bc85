"""A further operation gets client, mock, checks and docs with two commands and no edit."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
FOLDERS = ("openapi", "generated_client", "mock_server", "contract_tests")

USE_EVERY_OPERATION = """
import threading, time, uvicorn
from thoughtly_client import Thoughtly
from thoughtly_mock import create_app

server = uvicorn.Server(uvicorn.Config(create_app(), port=0, log_level="error"))
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    time.sleep(0.01)
port = server.servers[0].sockets[0].getsockname()[1]
with Thoughtly(api_token="t", team_id="m", base_url=f"http://127.0.0.1:{port}") as client:
    called = client.call_contact(contact_id="c", interview_id="a1b2c3d4")
    listed = client.NAME_OF_LIST(
        team_slug="north/west", tags=["lead", "vip"], status=["active"], sort_direction="asc",
        phone_numbers_only=True, page=0, limit=50,
    )
    tagged = client.NAME_OF_TAG(
        contact_id="3fa85f64-5717-4562-b3fc-2c963f66afa6", tags=["lead"], mode="add", notify=True,
    )
print(type(called).__name__, type(listed).__name__, type(tagged.data).__name__, tagged.data.mode)
"""


class Checkout:
    """A copy of the project whose packages are the ones that are imported."""

    def __init__(self, root: Path) -> None:
        self.root = root
        tracked = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, tracked.split("\0")):
            if (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        if (ROOT / "node_modules").is_dir():
            (root / "node_modules").symlink_to(ROOT / "node_modules")

    def python(self, *arguments: str) -> str:
        paths = os.pathsep.join(str(self.root / folder) for folder in FOLDERS)
        environment = os.environ | {"PYTHONPATH": paths}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.root, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def operation_ids(self) -> dict[str, str]:
        spec = json.loads((self.root / "openapi/thoughtly_openapi/openapi.json").read_text())
        return {path: op["operationId"] for path, item in spec["paths"].items() for op in item.values()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    for page in sorted(PAGES.glob("*.md")):
        checkout.python("-m", "thoughtly_openapi", "refresh", "--root", ".", "--add", str(page))
    checkout.python("-m", "thoughtly_openapi", "regenerate", "--root", ".")
    return checkout


def test_the_client_calls_it_and_the_mock_answers(checkout: Checkout) -> None:
    names = checkout.operation_ids
    program = USE_EVERY_OPERATION.replace("NAME_OF_LIST", names["/team/{team_slug}/contacts"])
    program = program.replace("NAME_OF_TAG", names["/sample/{contactId}/tags"])
    printed = checkout.python("-c", program).split()
    assert printed[0] == printed[1] == "GenericResponse"
    assert printed[3] in {"add", "replace", "remove", "Unset"}


def test_the_contract_check_covers_it_and_passes(checkout: Checkout) -> None:
    printed = checkout.python("-m", "thoughtly_contract", "--target", "mock", "--max-examples", "20")
    for path in checkout.operation_ids:
        assert f"{path}] PASSED" in printed
    assert " failed" not in printed


def test_regenerating_again_changes_nothing(checkout: Checkout) -> None:
    checkout.python("-m", "thoughtly_openapi", "regenerate", "--root", ".", "--check")


def test_its_client_code_passes_the_type_checker(checkout: Checkout) -> None:
    checkout.python("-m", "mypy", "-p", "thoughtly_client")
