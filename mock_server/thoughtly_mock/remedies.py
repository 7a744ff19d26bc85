"""What the doctor says: which headers arrive, why others do not, and what helps."""

from collections.abc import Iterator

from thoughtly_mock.doctor import Diagnosis, Fate, Finding

_REMEDIES = {
    "nginx": "drops names with an underscore unless its `http` or default `server` block has "
    "`underscores_in_headers on;`",
    "gunicorn": "drops them since version 22 unless it runs with `--header-map dangerous`",
    "waitress": "drops them, and no setting changes that: serve with another server, or rename the header before it",
    "envoy": "drops them or refuses the request where `headers_with_underscores_action` is not `ALLOW`",
    "awselb": "an Application Load Balancer drops them where its attribute "
    "`routing.http.drop_invalid_header_fields.enabled` is true",
    "traefik": "drops them or refuses the request where the entry point's `underscoreHeadersStrategy` is not `keep`",
}
"""By how each product names itself in ``server`` or ``via``."""


def prescription(diagnosis: Diagnosis) -> str:
    """Return the diagnosis in words, with what helps."""
    return "\n".join(_lines(diagnosis))


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    before = f", behind {', '.join(diagnosis.servers)}" if diagnosis.servers else ""
    yield f"{diagnosis.url} is a mock of {diagnosis.mock}{before}."
    yield ""
    width = max((len(finding.name) for finding in diagnosis.findings), default=0)
    for finding in diagnosis.findings:
        yield f"  {finding.name:<{width}}  {_fate(finding)}"
    yield ""
    if diagnosis.healthy:
        yield "Every header of the API arrives."
        return
    yield from _cause(diagnosis)


def _fate(finding: Finding) -> str:
    return f"{finding.fate} ({finding.detail})" if finding.detail else finding.fate.value


def _cause(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.hyphens is not Fate.ARRIVES:
        yield "Headers that something on the way does not know do not arrive, whatever their names:"
        yield "it lets only listed headers through. Add the API's to its list."
    elif diagnosis.underscores is Fate.ARRIVES:
        yield "Other headers with an underscore arrive: something on the way treats just these names so."
        yield "Look for a rule there that names them."
    else:
        yield "No header with an underscore arrives as it was sent. What does so:"
        for name, remedy in _likely(diagnosis):
            yield f"  {name}: {remedy}"


def _likely(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """Return the remedies of what names itself; of everything where nothing known does."""
    servers = " ".join(diagnosis.servers).lower()
    named = [(name, remedy) for name, remedy in _REMEDIES.items() if name in servers]
    return named or list(_REMEDIES.items())
