"""A running Prism, as mock of a spec or as validating proxy in front of a server."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from thoughtly_contract.errors import PrismError, ProcessError
from thoughtly_contract.loopback import require_loopback
from thoughtly_contract.supervise import Process, claim_port, supervised, wait_until_it_answers

HOST = "127.0.0.1"
_PACKAGE = Path("node_modules/@stoplight/prism-cli/dist/index.js")
_LOOPBACK_ONLY = Path(__file__).with_name("loopback_only.cjs")
_START_SECONDS = 60.0
_SHOWN_OF_OUTPUT = 2000

Spec = Path | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PrismServer:
    """A Prism that answers at :attr:`url` for as long as the block that made it runs."""

    url: str
    process: Process

    def wait(self) -> int:
        """Block until Prism ends by itself, which it never should; return its exit status."""
        return self.process.wait()

    @classmethod
    @contextmanager
    def mock(
        cls, spec: Spec, *, port: int = 0, options: Sequence[str] = (), output: IO[bytes] | None = None
    ) -> Iterator[Self]:
        """Serve a mock of ``spec``, a file or a document.

        Args:
            spec: an OpenAPI document, or the path of one.
            port: where to listen on 127.0.0.1; 0 takes any free port.
            options: further options of ``prism mock``, such as ``--dynamic``.
            output: takes what Prism prints; None keeps it and shows its end when Prism fails to start.

        Raises:
            PrismError: node or Prism is not installed, the port is taken, or Prism did not come up.
        """
        with _document(spec) as file, _running(["mock", *options, str(file)], port, output) as (url, process):
            yield cls(url, process)

    @classmethod
    @contextmanager
    def proxy(
        cls,
        spec: Spec,
        upstream: str,
        *,
        port: int = 0,
        options: Sequence[str] = (),
        output: IO[bytes] | None = None,
    ) -> Iterator[Self]:
        """Validate requests and responses on their way to ``upstream``, which must be loopback.

        Prism writes JSON bodies anew on the way (1.0 becomes 1, big integers change, repeated keys vanish), so what
        upstream gets is not byte for byte what was sent.

        Raises:
            PrismError: as :meth:`mock`.
            TargetError: ``upstream`` is not on this machine, so that real calls could be placed through it.
        """
        origin = require_loopback(upstream)
        with _document(spec) as file, _running(["proxy", *options, str(file), origin], port, output) as (url, process):
            yield cls(url, process)


@contextmanager
def _document(spec: Spec) -> Iterator[Path]:
    if isinstance(spec, Path):
        # Prism takes anything that is no file for the name of a page on the web, and prints a stack trace.
        if not spec.is_file():
            raise PrismError(f"there is no spec at {spec}")
        yield spec.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="thoughtly-prism-") as folder:
        file = Path(folder) / "openapi.json"
        file.write_text(json.dumps(spec), encoding="utf-8")
        yield file


@contextmanager
def _running(arguments: Sequence[str], port: int, output: IO[bytes] | None) -> Iterator[tuple[str, Process]]:
    verb, *rest = arguments
    try:
        claimed = claim_port(HOST, port)
    except ProcessError as error:
        raise PrismError(str(error)) from error
    command = [
        find_node(),
        "--require",
        str(_LOOPBACK_ONLY),
        str(find_prism()),
        verb,
        "--host",
        HOST,
        "--port",
        str(claimed),
        *rest,
    ]
    with tempfile.TemporaryFile() as kept, supervised(command, output=output or kept) as process:
        try:
            wait_until_it_answers(process, HOST, claimed, _START_SECONDS)
        except ProcessError as error:
            raise PrismError(f"Prism did not start: {error}{_end_of(kept)}") from error
        yield f"http://{HOST}:{claimed}", process


def _end_of(kept: IO[bytes]) -> str:
    kept.seek(0)
    text = kept.read().decode("utf-8", "replace").strip()
    return f"; it said: {text[-_SHOWN_OF_OUTPUT:]}" if text else ""


def find_node() -> str:
    """Return the path of node.

    Raises:
        PrismError: there is none on PATH.
    """
    if node := shutil.which("node"):
        return node
    raise PrismError("Prism needs node >= 20.19 and there is none on PATH; get it with: apt-get install nodejs npm")


def find_prism() -> Path:
    """Return Prism's start file from the nearest ``node_modules``, looked for the way node does.

    Raises:
        PrismError: it is in no ``node_modules`` above the working directory or this file.
    """
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / _PACKAGE).is_file():
                return folder / _PACKAGE
    raise PrismError(
        "there is no @stoplight/prism-cli in any node_modules above this folder; "
        "get it with: npm ci (in a checkout: scripts/setup)"
    )
