"""Whether what a server answers is what the spec says of it. No message quotes a value."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import jsonschema_rs

from thoughtly_contract.exchange import Answer
from thoughtly_contract.validity import HIDDEN, first_problem, json_schema, read_scalar
from thoughtly_openapi.loader import Operation, resolve

Spec = Mapping[str, Any]


class Fit:
    """Holds answers against the parts of one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._components = json_schema(spec.get("components", {}))
        # By identity: the schemas live as long as the spec.
        self._validators: dict[int, Any] = {}

    def schema_problem(self, schema: Mapping[str, Any], value: Any) -> str | None:
        """Return the first thing that is wrong with a JSON value, or None."""
        if id(schema) not in self._validators:
            rooted = {"allOf": [json_schema(schema)], "components": self._components}
            self._validators[id(schema)] = jsonschema_rs.Draft4Validator(rooted, validate_formats=False, mask=HIDDEN)
        try:
            return first_problem(self._validators[id(schema)], value)
        except ValueError:  # halves of surrogate pairs, nesting beyond measure
            return "the whole: not every reader can read it"

    def content_problem(self, content: Mapping[str, Any], answer: Answer) -> str | None:
        """Return why an answer's body is none that ``content``, a Content map, describes, or None."""
        told = media_type_of(answer)
        media = next((media for name, media in content.items() if name.partition(";")[0].lower() == told), None)
        if media is None:
            return f"the content type is {told or 'missing'}, not {' or '.join(content)}"
        if not told.endswith(("/json", "+json")):
            return None
        try:
            value = answer.json
        except ValueError:
            return "the body is not JSON"
        problem = self.schema_problem(media.get("schema", {}), value)
        return problem and f"the body does not fit its schema: {problem}"

    def header_problem(self, name: str, header: Mapping[str, Any], answer: Answer) -> str | None:
        """Return why an answer does not have a header as a Header Object describes it, or None."""
        values = [value.decode("latin-1").strip() for value in answer.all(name.lower().encode())]
        if not values:
            return f"there is no header {name}"
        if len(values) > 1:
            return f"the header {name} is there {len(values)} times"
        if name.lower() == "retry-after" and not is_retry_after(values[0]):
            return f"the header {name} is neither seconds nor an HTTP date"
        schema = resolve(self.spec, header.get("schema", {}))
        try:
            problem = self.schema_problem(schema, read_scalar(schema, values[0]))
        except ValueError:  # thousands of digits
            problem = "the number is too large"
        return problem and f"the header {name} does not fit its schema: {problem}"


def media_type_of(answer: Answer) -> str:
    """Return the media type of an answer in lower case, empty for none."""
    return next(iter(answer.all(b"content-type")), b"").decode("latin-1").partition(";")[0].strip().lower()


def response_of(spec: Spec, operation: Operation, status: int) -> tuple[str, Mapping[str, Any]] | None:
    """Return what an operation documents for a status, and under which name; None for nothing."""
    responses = operation.definition["responses"]
    for name in (str(status), f"{status // 100}XX", "default"):
        if name in responses:
            return name, resolve(spec, responses[name])
    return None


def is_retry_after(text: str) -> bool:
    """Whether a text is what RFC 9110 calls a value of Retry-After: seconds, or an HTTP date."""
    try:
        return (text.isascii() and text.isdigit()) or parsedate_to_datetime(text) is not None
    except ValueError:
        return False
