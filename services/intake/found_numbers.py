"""Puts the numbers that a.s.r. found for a registration into its form, and claims its connections under them.

`koppeling policies match` notes them for enrichment and queues them here in the same transaction, as a wake-up.
Otherwise a registration of the same connection with these numbers would not meet its claim.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Self

from payroll.form import Form
from schemas.ids import RegistrationId
from services.intake.claims import claims_of, given_back, taken
from services.intake.documents import BeforeCorrection, Intake
from services.intake.employer_request import kept_form, registering
from services.intake.named_form import NamedForm, read_form, read_kept
from services.intake.submission import Submission
from services.intake.terms import Terms
from stream.service import Case, Emit, Ignore, Outcome, Park

_PREFIX = "numbers"
_NAMES = ("raamwerkcontractnummer", "loonheffingennummer")


class FoundNumbers(NamedTuple):
    """The numbers found for this cycle of a registration, which waits in enrichment."""

    cycle: int
    raamwerkcontractnummer: str
    loonheffingennummer: str

    @property
    def text(self) -> str:
        """What the registration is told."""
        return f"{_PREFIX}:{self.cycle}:{self.raamwerkcontractnummer}:{self.loonheffingennummer}"

    @classmethod
    def told_by(cls, text: str) -> Self | None:
        """What this text tells; None for any other text."""
        prefix, *told = text.split(":")
        return cls(int(told[0]), *told[1:]) if prefix == _PREFIX else None


class _Completed(NamedTuple):
    """A form that is kept, as it was `before` and with the numbers in it."""

    kept: Intake | BeforeCorrection
    before: NamedForm
    typed: dict[str, Any]
    after: NamedForm


def completed(found: FoundNumbers, known: Intake, registration: RegistrationId) -> Iterator[_Completed]:
    """What counts of this registration, and a correction that waits and brings no other numbers."""
    numbers = None
    for kept in (known.stands, known):
        if kept is None or kept.form is None:
            continue
        before = read_kept(kept, registration)
        if not isinstance(before, NamedForm) or numbers not in (None, _numbers(before.form)):
            continue
        numbers = _numbers(before.form)
        typed = kept.form | {name: getattr(found, name) for name in _NAMES}
        after = read_form(typed, registration, also=kept.sealed_to, kept=True)
        if isinstance(after, NamedForm):
            yield _Completed(kept, before, typed, after)


def claim_found(case: Case[None], known: Intake, found: FoundNumbers, terms: Terms) -> Outcome:
    """Put the numbers into its form, and claim its connections under them.

    If somebody has registered one since the command looked, that registration keeps it: people settle that.
    """
    forms = tuple(completed(found, known, case.subject))
    if not forms or found.cycle != (known.submitted or known.cycle):
        return Ignore("MOVED_ON")
    submission = Submission.of_kept(case, terms, known)
    if any(taken(submission, one.after) for one in forms):
        return Park("ALREADY_REGISTERED", blocks=False)
    before = given_back(case, (key for one in forms for key in _keys(one.before)))
    claims = {key: claim for one in forms for key, claim in claims_of(submission, one.after, before).items()}
    # Keylane may work on the claims of an earlier cycle; there is none before the first.
    leaves = known.submitted > 1 or known.stands is not None
    after = _with(known, forms, [key.key for key in claims], leaving=[key.key for key in before] if leaves else [])
    named = [one.after for one in forms]
    if all(one.kept is not known for one in forms):
        named += kept_form(case.subject, known)
    requests, stands = registering(case, known, *named)
    remembered = {Intake.at(case.subject): after.but(requests=requests), **stands}
    return Emit(documents={**remembered, **({} if leaves else before), **claims})


def _with(known: Intake, forms: Iterable[_Completed], own: Sequence[str], *, leaving: Sequence[str]) -> Intake:
    """What is remembered once the forms have the numbers; earlier claims are `leaving`, unless it has them as `own`."""
    changes: dict[str, Any] = {
        "claims": tuple(dict.fromkeys((*own, *known.claims))),
        "leaving": tuple(key for key in (*known.leaving, *leaving) if key not in own),
        "returning": tuple(key for key in known.returning if key not in own),
    }
    for one in forms:
        employer = one.kept.employer and one.kept.employer.but(lhnr=one.after.number, contract=one.after.contract)
        if isinstance(one.kept, BeforeCorrection):
            claims = tuple(dict.fromkeys((*_keys(one.after), *one.kept.claims)))
            changes["stands"] = one.kept.but(form=one.typed, claims=claims, employer=employer)
        else:
            changes |= {"form": one.typed, "employer": employer}
    return known.but(**changes)


def _numbers(form: Form) -> tuple[str | None, ...]:
    return tuple(getattr(form, name) for name in _NAMES)


def _keys(named: NamedForm) -> Iterator[str]:
    return (key for _, names in named.claimed for key in names.keys)
