"""Stock connexion as its manual has it: the spec, a function for each key, a handler for each operation."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from types import ModuleType
from typing import Any

from thoughtly_contract.keys import Key
from thoughtly_mock.framework import AsyncApp, Resolver
from thoughtly_mock.generate import Generator
from thoughtly_openapi.loader import Operation, operations, resolve

Spec = Mapping[str, Any]
_MODULE = "thoughtly_contract_stock_keys"


@contextmanager
def stock_app(spec: Spec, keys: tuple[Key, ...]) -> Iterator[Any]:
    """Make an application that takes only these keys, and works within the block.

    The spec names the function of each key by its import path, so there has to be a module with them.
    """
    named: dict[str, Any] = deepcopy(dict(spec))
    module = ModuleType(_MODULE)
    for key in keys:
        setattr(module, key.scheme, _checks(key))
        named["components"]["securitySchemes"][key.scheme]["x-apikeyInfoFunc"] = f"{_MODULE}.{key.scheme}"
    handlers = {operation.operation_id: _handler(spec, operation) for operation in operations(spec)}
    sys.modules[_MODULE] = module
    try:
        app = AsyncApp("stock", strict_validation=True, validate_responses=True)
        app.add_api(named, resolver=Resolver(handlers.__getitem__))
        yield app
    finally:
        del sys.modules[_MODULE]


def _checks(key: Key) -> Callable[[str], dict[str, str] | None]:
    def info(value: str) -> dict[str, str] | None:
        return {"sub": "anybody"} if value == key.value else None

    return info


def _handler(spec: Spec, operation: Operation) -> Callable[..., Any]:
    status, body = _success(spec, operation)

    async def handler(**_arguments: Any) -> tuple[Any, int]:
        return body, status

    return handler


def _success(spec: Spec, operation: Operation) -> tuple[int, Any]:
    """Return the first documented success with its first example, or a body made from its schema."""
    responses = operation.definition["responses"]
    status = next((status for status in responses if status.startswith("2") and status.isdigit()), "200")
    media = resolve(spec, responses.get(status, {})).get("content", {}).get("application/json", {})
    examples = [resolve(spec, example) for example in media.get("examples", {}).values()]
    values = [*([media["example"]] if "example" in media else ()), *(e["value"] for e in examples if "value" in e)]
    made = Generator(spec, operation.operation_id).value(media["schema"]) if "schema" in media else None
    return int(status), next(iter(values), made)
