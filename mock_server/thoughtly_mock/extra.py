"""What the mock needs, and the client alone does not bring."""

from importlib.util import find_spec

NEEDS = (
    "connexion",
    "httptools",
    "jsonschema_rs",
    "prometheus_client",
    "rstr",
    "ruamel.yaml",
    "swagger_ui",
    "uvicorn",
    "watchfiles",
)
INSTALL = "pip install 'thoughtly-kit[mock]'"


def missing() -> str:
    """Return the missing packages by name, separated by commas; nothing when all are there."""
    return ", ".join(name for name in NEEDS if not _is_there(name))


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
