"""The parts of a performance: scenarios with their forms ready to be sent."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from joserfc.jwk import KeySet

from ops.audit.judge.called_for import Link
from ops.demonstration.scenario import Scenario
from ops.forms.checked import ReadyForm, checked
from ops.forms.file import WrittenForm, written_forms
from ops.story.registration_view import RegistrationView
from ops.story.remembered import Remembered
from ops.story.view import view
from sandbox.mail_index import Mail
from schemas.events import FormReceived
from schemas.ids import reference, registration_id
from services.monitor.stage import Stage

_CODE = re.compile(r"^Code: (\S+)$", re.MULTILINE)

_MAILS_AT_ITS_END = {
    Stage.REALISED: ("registration-received",),
    Stage.REFUSED: ("registration-received", "provisioning-refused"),
    Stage.REJECTED: ("registration-rejected",),
    Stage.PROCESSOR_CONFIRMED: ("processor-applied", "processor-confirmed"),
    Stage.LINK_REQUESTED: ("link-request-received", "link-requested"),
    Stage.PASSED_ON: (),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario with its form, secrets sealed. The same form is always the same registration."""

    scenario: Scenario
    ready: ReadyForm

    @property
    def registration(self) -> str:
        """The registration's id."""
        return self.ready.registration

    @property
    def expected(self) -> frozenset[Link]:
        """Its connections, if they should be realised."""
        if self.scenario.ends is not Stage.REALISED:
            return frozenset()
        form: dict[str, Any] = self.ready.event.form
        return frozenset(Link(self.registration, one["employer_code"]) for one in form["connections"])

    @property
    def mails(self) -> Counter[str]:
        """The kinds of mail that it must lead to: on the way, at its end, and one for each realised connection."""
        realised = ["link-realised"] * len(self.expected)
        return Counter([*self.scenario.on_the_way, *_MAILS_AT_ITS_END[self.scenario.ends], *realised])

    def sent(self, at: datetime) -> RegistrationView:
        """How it is shown until intake has answered it."""
        form = self.ready.event.form
        unheard = view(Remembered(self.registration), at)
        known = {"company_name": form.get("company_name"), "package": form.get("package")}
        return unheard.model_copy(update=known)


def part(scenario: Scenario, keys: KeySet) -> Part:
    """The scenario with its form, its secrets sealed for the holder of these keys.

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


def with_code(correction: Part, corrected: Part, mails: Iterable[Mail]) -> Part:
    """The correction as the customer sends it, with the reference and code of the last mail about the corrected form.

    Raises:
        LookupError: no mail about it has a code.
    """
    quoted = reference(corrected.registration)
    about = (mail.text for mail in mails if f"Referentie: {quoted}\n" in mail.text)
    codes = [found[1] for text in about if (found := _CODE.search(text))]
    if not codes:
        raise LookupError(f"no mail about {quoted} brings a code")
    event = correction.ready.event
    form = {**event.form, "reference": quoted, "code": codes[-1]}
    return Part(correction.scenario, replace(correction.ready, event=event.model_copy(update={"form": form})))


def _unchecked(written: WrittenForm) -> ReadyForm:
    source, submission_id = str(written.source), str(written.submission_id)
    event = FormReceived.model_validate({"submission_id": submission_id, "form": written.form})
    return ReadyForm(written.place, source, registration_id(source, submission_id), event, written.form)
