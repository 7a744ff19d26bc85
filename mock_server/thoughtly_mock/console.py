"""What one asks of a mock and tells it, from Python; the control plane offers the same over HTTP."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thoughtly_mock.control.document import control_document
from thoughtly_mock.criteria import Criteria
from thoughtly_mock.director import FAULTS, SCENARIOS
from thoughtly_mock.duplicates import WINDOW_SECONDS, Duplicate, duplicates
from thoughtly_mock.entry import Entry, Verdict
from thoughtly_mock.problems import Fault, invalid
from thoughtly_mock.scenarios import scenario_faults
from thoughtly_mock.schemas import Schemas, errors_of, pointer
from thoughtly_mock.store import Store
from thoughtly_mock.verify import Verification, verify


class Console:
    """Looks at the journal of a mock, and says what it is to play."""

    def __init__(self, store: Store, spec: Mapping[str, Any]) -> None:
        """Work on the state in ``store`` of a mock of ``spec``."""
        self.store = store
        self.document = control_document(spec)
        self._schemas = Schemas(self.document, "request")

    def requests(self, **criteria: Any) -> Sequence[Entry]:
        """Return the requests of the journal that meet the criteria (see `Criteria`), oldest first."""
        return Criteria(criteria).of(self.store.entries())

    def calls(self, **criteria: Any) -> Sequence[Entry]:
        """Return the requests that would have rung a phone, oldest first."""
        accepted = self.requests(**{**criteria, "verdict": Verdict.ACCEPTED})
        return [entry for entry in accepted if entry.contact is not None]

    def duplicates(self, window: float = WINDOW_SECONDS, contact: str | None = None) -> Sequence[Duplicate]:
        """Return each time that a contact was dialled again within ``window`` seconds."""
        return list(duplicates(self.requests(contact=contact), window))

    def verify(self, match: Mapping[str, Any], count: Mapping[str, int]) -> Verification:
        """Compare how many requests meet the criteria with the expected count."""
        return verify(self.store.entries(), Criteria(match), count)

    @property
    def scenarios(self) -> Mapping[str, Any]:
        """The scenarios that are played, by name."""
        found: Mapping[str, Any] = self.store.read(SCENARIOS) or {}
        return found

    def set_scenarios(self, scenarios: Mapping[str, Any]) -> None:
        """Replace the scenarios; each begins anew.

        Args:
            scenarios: definitions by name, as in the control plane.

        Raises:
            Problem: they cannot be used; names each fault.
        """
        self._require(self._document_faults("Scenarios", {"scenarios": scenarios}))
        for name in scenarios:
            self.store.update(f"scenario matched {name}", lambda _count: 0)
            self.store.update(f"scenario played {name}", lambda _count: 0)
        self.store.update(SCENARIOS, lambda _old: scenarios)

    def load(self, file: Path) -> None:
        """Replace scenarios and faults by those of a scenario file.

        Raises:
            ScenarioFileError: the file cannot be used; names each line. Nothing is replaced then.
        """
        # Importing YAML takes its time, and few ask for it.
        from thoughtly_mock.scenario_file import read_scenario_file

        document = read_scenario_file(file, lambda document: self._document_faults("ScenarioFile", document))
        self.set_scenarios(document.get("scenarios", {}))
        self.set_faults(document.get("faults", {}))

    @property
    def faults(self) -> Mapping[str, Any]:
        """The faults that are switched on."""
        found: Mapping[str, Any] = self.store.read(FAULTS) or {}
        return found

    def set_faults(self, faults: Mapping[str, Any]) -> None:
        """Replace the faults.

        Args:
            faults: ``everything`` and ``operations``, as in the control plane.

        Raises:
            Problem: they cannot be used; names each fault.
        """
        self._require(self._document_faults("Faults", faults))
        self.store.update(FAULTS, lambda _old: faults)

    def reset(self) -> None:
        """Forget requests, scenarios and faults."""
        self.store.clear()

    def _document_faults(self, schema: str, document: Any) -> Sequence[Fault]:
        validator = self._schemas.compile({"$ref": f"#/components/schemas/{schema}"})
        faults = [Fault("body", pointer(error), error.message) for error in errors_of(validator, document)]
        return faults or scenario_faults(document.get("scenarios", {}))

    @staticmethod
    def _require(faults: Sequence[Fault]) -> None:
        if faults:
            raise invalid(faults)
