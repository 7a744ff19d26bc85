"""The machine-written part of the client, from the compiled spec.

openapi-python-client writes models and endpoints. Templates of our own, rendered in the generator's own environment,
add what the hand-written face needs for each operation: methods, response parsers, and the spec as tables. The result
replaces its target whole, and only when every step went well.
"""

import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from thoughtly_openapi.client_docs import Returns, docstring
from thoughtly_openapi.client_view import SpecView, view_of
from thoughtly_openapi.errors import ToolError

TEMPLATES = Path(__file__).parent / "templates"
MARK = "# Generated from openapi.json by scripts/regenerate; do not edit.\n"
RENDERED = ("operations", "responses", "tables")
GENERATOR = "openapi-python-client"
FORMATTER = "ruff"
# Isolated: neither the project's nor the user's settings may change the bytes.
FORMATTING = (
    ("check", ".", "--fix-only", "--isolated", "--no-cache", "--quiet", "--select", "F,I,UP"),
    ("format", ".", "--isolated", "--no-cache", "--quiet", "--line-length", "120"),
)


def generate(spec_file: Path, target: Path) -> dict[str, str]:
    """Replace the folder ``target`` by the client code for the compiled spec in ``spec_file``.

    Returns:
        The version of each tool that had a say in the bytes.

    Raises:
        UnsupportedError: an operation cannot be offered by the client.
        ToolError: the generator or the formatter failed or warned; ``target`` is as it was.
    """
    text = spec_file.read_bytes()
    spec: dict[str, Any] = json.loads(text)
    tools = {tool: version(tool) for tool in (GENERATOR, FORMATTER)}
    view = view_of(spec, hashlib.sha256(text).hexdigest(), tools)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".client-", dir=target.parent) as folder:
        fresh = Path(folder) / "fresh"
        _build(spec, spec_file, view, fresh)
        _format(fresh)
        _mark(fresh)
        _swap(fresh, target, Path(folder))
    return tools


def _build(spec: dict[str, Any], spec_file: Path, view: SpecView, folder: Path) -> None:
    # Imported late: the generator takes a third of a second, which other commands need not wait for.
    from openapi_python_client import Project
    from openapi_python_client.config import Config, ConfigFile, MetaType
    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError

    settings = ConfigFile(literal_enums=True, post_hooks=[], class_overrides=_class_names(spec))  # type: ignore[arg-type]  # pydantic reads the dicts
    config = Config.from_sources(settings, MetaType.NONE, spec_file, "utf-8", False, folder)  # noqa: FBT003
    with contextlib.redirect_stdout(io.StringIO()):
        data = GeneratorData.from_dict(spec, config=config)
        if isinstance(data, GeneratorError):
            raise _refusal([data])
        project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
        if errors := project.build():
            raise _refusal(errors)
    _render(project, view, {str(endpoint.name): endpoint for endpoint in _endpoints(data)})


def _endpoints(data: Any) -> Iterator[Any]:
    for collection in data.endpoint_collections_by_tag.values():
        yield from collection.endpoints


def _render(project: Any, view: SpecView, endpoints: Mapping[str, Any]) -> None:
    from openapi_python_client.strings import PythonIdentifier

    returns = {}
    for operation in view.operations:
        endpoint = endpoints[PythonIdentifier(operation.operation_id, project.config.field_prefix)]
        returns[operation.name] = Returns.of(endpoint)
    project.env.filters["docstring"] = docstring
    for name in RENDERED:
        template = project.env.get_template(f"{name}.py.jinja")
        text = template.render(spec=view, returns=returns)
        (project.package_dir / f"{name}.py").write_text(text, encoding="utf-8")


def _class_names(spec: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Keep a component's own name where the generator would number it: a nullable object is a union to it."""
    from openapi_python_client import strings

    names = {}
    for component, schema in spec.get("components", {}).get("schemas", {}).items():
        if schema.get("nullable") and schema.get("type") == "object":
            name = strings.ClassName(component, "field_")
            names[f"{name}Type0"] = {"class_name": name, "module_name": strings.snake_case(component)}
    return names


def _refusal(errors: Iterable[Any]) -> ToolError:
    words = (" ".join(filter(None, (error.header, error.detail))).strip() for error in errors)
    return ToolError(f"{GENERATOR}: " + "; ".join(words))


def _format(folder: Path) -> None:
    for arguments in FORMATTING:
        done = subprocess.run([find_ruff_bin(), *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
        if done.returncode or done.stderr:
            raise ToolError(f"{FORMATTER} {arguments[0]}: {done.stderr or done.stdout}")


def _mark(folder: Path) -> None:
    for file in folder.rglob("*.py"):
        file.write_text(MARK + file.read_text(encoding="utf-8"), encoding="utf-8")


def _swap(fresh: Path, target: Path, folder: Path) -> None:
    old = folder / "old"
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
