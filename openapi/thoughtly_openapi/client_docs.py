"""What a generated method gives back, and how its docstring tells it."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from thoughtly_openapi.client_view import OperationView

WIDTH = 108
OPTION_DOCS = {
    "timeout": "Seconds for each phase of this request (connect, read, write), or a `Timeout`; default: the client's.",
    "deadline": "Seconds for the whole of it, retries and waiting included; default: the client's.",
    "extra_headers": "Headers to send besides; the keys and the framing cannot be replaced.",
    "extra_body": "Properties of the body that the spec does not name.",
    "dedupe_key": "What makes two requests the same in the ledger; default: a hash of everything that is sent.",
}
RAISES = {
    "InvalidArgumentError": "an argument is missing, unknown or not what the spec allows; nothing was sent.",
    "NotSentError": "no byte of the request left this machine; sending again is safe.",
    "RejectedError": "the API refused the request; its subclasses tell why.",
    "OutcomeUnknownError": "the request may or may not have taken effect; it was not sent again.",
    "AcceptedUnparsedError": "the API accepted the request, but its answer is not what the spec promises.",
}


@dataclass(frozen=True, slots=True)
class Returns:
    """The typed values of an operation's documented successes."""

    patterns: tuple[Any, ...]
    """The generator's responses with a status or a range of 2xx, narrowest first."""
    default: Any
    """The generator's ``default`` response, if there is one."""

    @classmethod
    def of(cls, endpoint: Any) -> Self:
        """Return what the generator's ``endpoint`` gives back on success."""
        successes = (response for response in endpoint.responses.patterns if response.status_code.range[0] // 100 == 2)
        return cls(tuple(successes), endpoint.responses.default)

    def __iter__(self) -> Iterator[Any]:
        yield from self.patterns
        if self.default is not None:
            yield self.default

    @property
    def annotation(self) -> str:
        """The Python type of the value."""
        return " | ".join(dict.fromkeys(map(type_of, self))) or "None"

    def imports(self, prefix: str) -> list[str]:
        """Return the import lines that the type and its construction need."""
        lines = set[str]()
        for response in self:
            lines |= response.prop.get_imports(prefix=prefix) | response.prop.get_lazy_imports(prefix=prefix)
        return sorted(lines)

    def models(self, prefix: str) -> list[str]:
        """Return those of the import lines that name models."""
        return [line for line in self.imports(prefix) if f"from {prefix}models" in line]


def type_of(response: Any) -> str:
    """Return the Python type of one of the generator's responses."""
    if response.source["attribute"] == "None":
        return "None"
    return str(response.prop.get_type_string(no_optional=True).as_unembedded_code())


def docstring(operation: OperationView, returned: str) -> str:
    """Return the body of the docstring of a client's method, safe between triple quotes."""
    text = "\n".join(_lines(operation, returned))
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _lines(operation: OperationView, returned: str) -> Iterator[str]:
    yield _sentence(operation.summary or f"{operation.method.upper()} {operation.path}")
    if operation.description:
        yield ""
        yield from _wrapped(operation.description, "")
    yield from ("", "Args:")
    for argument in operation.arguments:
        yield from _wrapped(f"{argument.python_name}: {argument.description or 'Not described by the API.'}", "    ")
    for option, meaning in OPTION_DOCS.items():
        if offers(operation, option):
            yield from _wrapped(f"{option}: {meaning}", "    ")
    yield from ("", "Returns:", f"    {returned}: what the API answered.", "", "Raises:")
    for error, meaning in RAISES.items():
        yield f"    {error}: {meaning}"
    yield from ("", f"Source: {operation.method.upper()} {operation.path} in the API's OpenAPI document.", "")


def offers(operation: OperationView, option: str) -> bool:
    """Whether the operation's method takes ``option``."""
    return (option != "extra_body" or operation.flat) and (option != "dedupe_key" or not operation.safe)


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    " if indent else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
