"""The report as one page that loads nothing."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from thoughtly_contract.report.terminal import calls, verdict

# What would change how the text around it is read: controls, and marks that turn its direction.
_INVISIBLE = {
    **{code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"},
    **{
        code: f"\\u{code:04x}"
        for low, high in ((0x200B, 0x2010), (0x2028, 0x202F), (0x2066, 0x206A), (0xD800, 0xE000), (0xFEFF, 0xFF00))
        for code in range(low, high)
    },
}


def page(result: Mapping[str, Any]) -> str:
    """Return a result, as :meth:`Result.to_json` returns it, as HTML."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["visible"] = visible
    text = (files("thoughtly_contract.report") / "page.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(text).render(result=result, verdict=verdict(result), calls=calls(result))


def visible(text: str) -> str:
    """Return text with every character that cannot be seen written out."""
    return str(text).translate(_INVISIBLE)
