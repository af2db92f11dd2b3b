"""Scenario files as values: a closed vocabulary, described in README.md beside this file."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic_core import ErrorDetails

from schemas.values import ReportCode
from services.notifier.mails.kinds import KINDS

MailKind = StrEnum("MailKind", [(kind, kind.replace("-", " ")) for kind in KINDS])  # type: ignore[misc]


class ScenarioFileError(ValueError):
    """A file that is no scenario file; a line for each fault: file, scenario, place, and the word that is wrong."""


class Word(BaseModel):
    """Whatever is said in a file; a space in a word is an underscore here."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=lambda name: name.strip("_").replace("_", " ")
    )


class Verdict(StrEnum):
    """What a.s.r. says of a processor."""

    confirmed = "confirmed"
    declined = "declined"


class Report(StrEnum):
    """What Keylane says of a connection."""

    accepted = "accepted"
    customer_action_needed = "customer action needed"
    configured = "configured"
    failed = "failed"


class Code(StrEnum):
    """Which correction code is brought along."""

    from_the_mail = "from the mail"
    wrong = "wrong"


class SendsForm(Word):
    """Somebody sends a form of the file's, perhaps with other answers, under another name, or in an earlier's place."""

    form: str
    with_: dict[str, Any] = {}
    without: tuple[str, ...] = ()
    as_: str | None = None
    in_place_of: str | None = None
    code: Code = Code.from_the_mail


class Corrects(Word):
    """The applicant corrects what it sent."""

    correction_of: str
    with_: dict[str, Any]
    code: Code = Code.from_the_mail


class Withdraws(Word):
    """The applicant withdraws what it sent, or the connections of these numbers alone."""

    withdrawal_of: str
    connections: tuple[int, ...] | None = None
    code: Code = Code.from_the_mail


class Reviews(Word):
    """a.s.r. has looked at a processor."""

    review_of: str
    verdict: Verdict
    because: str | None = None


class LoadsPolicy(Word):
    """a.s.r. knows the policy from now on; `numbers` were found by hand, where the form has none."""

    policy_of: str
    mandate: bool = True
    numbers: dict[str, str] | None = None


class KeylaneSays(Word):
    """Keylane reports on a connection: the one with this employer code, else the first."""

    keylane_says: Report
    about: str
    employer_code: str | None = None
    because: ReportCode | None = None
    right: str | None = None
    first_exchange: date | None = None


class DayComes(Word):
    """The calendar moves on."""

    it_is: date


_VERBS: dict[str, type[Word]] = {
    "form": SendsForm,
    "correction of": Corrects,
    "withdrawal of": Withdraws,
    "review of": Reviews,
    "policy of": LoadsPolicy,
    "keylane says": KeylaneSays,
    "it is": DayComes,
}


def _verb(step: Any) -> str | None:
    return next((word for word in step if word in _VERBS), None) if isinstance(step, dict) else None


Step = Annotated[
    Annotated[SendsForm, Tag("form")]
    | Annotated[Corrects, Tag("correction of")]
    | Annotated[Withdraws, Tag("withdrawal of")]
    | Annotated[Reviews, Tag("review of")]
    | Annotated[LoadsPolicy, Tag("policy of")]
    | Annotated[KeylaneSays, Tag("keylane says")]
    | Annotated[DayComes, Tag("it is")],
    Discriminator(_verb),
]


class ExpectedMail(Word):
    """One mail: its kind, its recipient, the day that it names, and words that stand in it."""

    mail: MailKind
    to: str
    first_exchange: date | None = None
    says: tuple[str, ...] = ()


class Then(Word):
    """Everything that happens because of a turn; what is left out does not happen."""

    mails: tuple[ExpectedMail, ...] = ()
    keylane_is_asked_for: tuple[str, ...] = ()
    keylane_is_told_to_stop: tuple[str, ...] = ()


class Turn(Word):
    """What somebody does, and all that comes of it."""

    when: tuple[Step, ...] = Field(min_length=1)
    then: Then


class Given(Word):
    """The day on which it begins, and what a.s.r. knows before."""

    today: date
    policies_of: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()


class Scenario(Word):
    """One case, told from its beginning to its end."""

    scenario: str
    given: Given
    turns: tuple[Turn, ...] = Field(min_length=1)
    in_memory_only: str | None = None


class ScenarioFile(Word):
    """One page of a manual."""

    manual: str
    page: str
    forms: dict[str, dict[str, Any]]
    scenarios: tuple[Scenario, ...] = Field(min_length=1)


def read_scenarios(path: Path) -> ScenarioFile:
    """Read a file. Raises ScenarioFileError, which names every word that nobody knows."""
    try:
        said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        found = ScenarioFile.model_validate(said)
    except yaml.YAMLError as error:
        raise ScenarioFileError(f"{path.name}: no YAML: {error}") from None
    except ValidationError as error:
        errors = error.errors()
        # A list whose only item is wrong is called empty as well.
        first_hand = [one for one in errors if one["type"] != "too_short"] or errors
        faults = [_fault(path.name, said, one) for one in first_hand]
        raise ScenarioFileError("\n".join(dict.fromkeys(faults))) from None
    if unknown := [f'{path.name}, scenario "{where}": no form is named "{form}"' for where, form in _unknown(found)]:
        raise ScenarioFileError("\n".join(unknown))
    return found


def _fault(name: str, said: Any, fault: ErrorDetails) -> str:
    where, place = name, fault["loc"]
    match place:
        case ("scenarios", int(number), *below):
            scenario = said["scenarios"][number]
            title = scenario.get("scenario", number + 1) if isinstance(scenario, dict) else number + 1
            where, place = f'{name}, scenario "{title}"', tuple(below)
        case _:
            pass
    words = " ".join(str(one + 1 if isinstance(one, int) else one) for one in place)
    return f"{where}, {words}: {_what(fault)}"


def _what(fault: ErrorDetails) -> str:
    match fault["type"]:
        case "extra_forbidden":
            return f'unknown word "{fault["loc"][-1]}"'
        case "enum" | "literal_error":
            return f'unknown word "{fault["input"]}"; known: {fault["ctx"]["expected"]}'
        case "union_tag_not_found":
            words = ", ".join(fault["input"]) if isinstance(fault["input"], dict) else fault["input"]
            return f'unknown word "{words}"; known: {", ".join(_VERBS)}'
        case _:
            return fault["msg"]


def _unknown(file: ScenarioFile) -> Iterator[tuple[str, str]]:
    for scenario in file.scenarios:
        known = set(file.forms)
        for name in (*scenario.given.policies_of, *scenario.given.admitted):
            if name not in known:
                yield scenario.scenario, name
        for step in (step for turn in scenario.turns for step in turn.when):
            named = _form_of(step)
            if named is not None and named not in known:
                yield scenario.scenario, named
            if isinstance(step, SendsForm):
                if step.in_place_of and step.in_place_of not in known:
                    yield scenario.scenario, step.in_place_of
                known.add(step.as_ or step.form)


def _form_of(step: Word) -> str | None:
    match step:
        case SendsForm(form=name) | Corrects(correction_of=name) | Withdraws(withdrawal_of=name):
            return name
        case Reviews(review_of=name) | LoadsPolicy(policy_of=name) | KeylaneSays(about=name):
            return name
        case _:
            return None
