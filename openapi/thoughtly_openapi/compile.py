"""Vendored documents and overlays into the one spec that everything else reads."""

from collections.abc import Mapping
from typing import Any

from thoughtly_openapi.documents import parse_file, to_json
from thoughtly_openapi.features import check_features
from thoughtly_openapi.merge import merge
from thoughtly_openapi.naming import name_operations
from thoughtly_openapi.overlay import apply
from thoughtly_openapi.validate import validate
from thoughtly_openapi.workspace import Workspace

MARK = "Generated from openapi/upstream and openapi/overlays by scripts/regenerate; do not edit."


def compile_workspace(workspace: Workspace) -> dict[str, Any]:
    """Compile what a checkout vendors.

    Raises:
        SpecError: see `compile_documents`.
    """
    documents = {path.name: parse_file(path) for path in sorted(workspace.upstream.glob("*.yaml"))}
    overlays = {path.name: parse_file(path) for path in workspace.overlays}
    return compile_documents(documents, overlays)


def compile_documents(documents: Mapping[str, Any], overlays: Mapping[str, Any]) -> dict[str, Any]:
    """Merge documents, apply overlays in the order given, name operations, and refuse what cannot be served.

    Args:
        documents: parsed upstream documents by file name.
        overlays: parsed overlay documents by file name.

    Raises:
        DocumentError: a document, or the result, is not valid OpenAPI.
        MergeError: documents contradict each other, or names collide.
        OverlayError: an overlay is invalid or does not fit.
        UnsupportedError: the result uses a feature that a later stage cannot serve.
    """
    for name, document in documents.items():
        validate(document, name)
    spec: dict[str, Any] = merge(documents)
    for name, overlay in overlays.items():
        spec = apply(spec, overlay, name)
    validate(spec, "the spec with its overlays")
    name_operations(spec)
    check_features(spec)
    return {"openapi": spec["openapi"], "x-generated": MARK, **spec}


def render(spec: Mapping[str, Any]) -> bytes:
    """Return the compiled spec as it is committed."""
    return to_json(spec)
