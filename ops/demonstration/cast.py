"""The registrations of a performance: scenarios, made ready to be sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import KeySet

from ops.audit.called_for import Link
from ops.checked_form import ReadyForm, checked
from ops.demonstration.scenario import Scenario
from ops.form_file import WrittenForm, written_forms
from ops.registration import RegistrationView
from ops.stage import Stage
from ops.standing import Remembered, view
from schemas.events import FormReceived
from schemas.ids import registration_id


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario as it is played: its form, secrets sealed. The same form is the same registration each time."""

    scenario: Scenario
    ready: ReadyForm

    @property
    def registration(self) -> str:
        """The registration's id."""
        return self.ready.registration

    @property
    def expected(self) -> frozenset[Link]:
        """Its connections, when they should be realised."""
        if self.scenario.ends is not Stage.REALISED:
            return frozenset()
        form: dict[str, Any] = self.ready.event.form
        return frozenset(Link(self.registration, one["employer_code"]) for one in form["connections"])

    @property
    def mails_min(self) -> int:
        """How many mails it must lead to: one for each end, one for each question, and a receipt where it is taken."""
        taken = self.scenario.ends is not Stage.REJECTED
        return max(len(self.expected), 1) + self.scenario.asks + taken

    def sent(self, at: datetime) -> RegistrationView:
        """How it is shown until intake has heard of it."""
        form = self.ready.event.form
        unheard = view(Remembered(self.registration), at)
        return unheard.model_copy(update={"company_name": form["company_name"], "package": form["package"]})


def part(scenario: Scenario, keys: KeySet) -> Part:
    """The scenario's form, its secrets sealed for the holder of these keys.

    Raises:
        ValueError: a form that should be valid is not.
    """
    (written,) = written_forms(scenario.path.name, scenario.path.read_bytes())
    if not isinstance(written, WrittenForm):
        raise TypeError(f"{scenario.path.name} holds no form")
    ready = checked(written, keys) if scenario.checked else _unchecked(written)
    if not isinstance(ready, ReadyForm):
        raise ValueError("; ".join(f"{fault.place}: {fault.field}: {fault.code}" for fault in ready))  # noqa: TRY004  the form is wrong, not its type
    return Part(scenario, ready)


def _unchecked(written: WrittenForm) -> ReadyForm:
    source, submission_id = str(written.source), str(written.submission_id)
    event = FormReceived.model_validate({"submission_id": submission_id, "form": written.form})
    return ReadyForm(written.place, source, registration_id(source, submission_id), event, written.form)
