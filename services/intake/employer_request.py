"""Who has asked that an employer may be registered, and whether a registration has come."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import ClassVar, NamedTuple

from pydantic import AwareDatetime

from schemas.ids import RegistrationId
from services.intake import gate
from services.intake.documents import BeforeCorrection, Intake
from services.intake.gate_state import Changes, opened_anew
from services.intake.named_form import NamedForm, read_kept
from services.intake.terms import TAKEN_UP_WITHIN
from stream.document import Document, Part
from stream.service import Case

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
ASKERS_MAX = 10
"""How many requests of one employer to one processor are remembered: the first, so that nobody pushes those out."""
REGISTERED_MAX = 100
"""How many registrations that have come for one employer are remembered."""


class Asker(Part):
    """Who asks that an employer may be registered: a link request, or a.s.r.'s file of clients (None).

    `lhnr` hashes the whole number that it asked for; None where that was not kept yet. `taken_up`: a registration has
    come for it that is not named here, such as at the address that its processor has left. `asked_at` is None where
    that was not kept yet, or was long ago.
    """

    submission: str | None
    email: str | None = None
    lhnr: str | None = None
    taken_up: bool = False
    asked_at: AwareDatetime | None = None


class Registered(Part):
    """A live registration of this employer; `lhnr` hashes its whole number, None where it has none."""

    registration: RegistrationId
    lhnr: str | None = None


class EmployerRequest(Document):
    """The employer's requests. The newest one's fields stand here (as older releases wrote them), others in `earlier`.

    All still ask. They may be those of several employers, as many share a name.
    `registered` are the registrations that have come, be they held, whether or not anybody has asked yet.
    `cut_off` counts those that ask but are not remembered.
    """

    kind: ClassVar[str] = "employer-request"
    shared: ClassVar[bool] = True

    email: str | None
    submission: str | None = None
    lhnr: str | None = None
    taken_up: bool = False
    asked_at: AwareDatetime | None = None
    earlier: tuple[Asker, ...] = ()
    registered: tuple[Registered, ...] = ()
    cut_off: int = 0

    def with_askers(self, askers: Sequence[Asker]) -> "EmployerRequest":
        """The document with these askers, in order; of too many, the first are kept."""
        file = [asker for asker in askers if asker.submission is None]
        asking = [asker for asker in askers if asker.submission is not None]
        requests = asking[:ASKERS_MAX]
        last = requests.pop() if requests else Asker(submission=None)
        cut_off = self.cut_off + max(0, len(asking) - ASKERS_MAX)
        return self.but(**dict(last), earlier=(*file, *requests), cut_off=cut_off)

    @property
    def askers(self) -> tuple[Asker, ...]:
        """All that ask now, in order."""
        if self.submission is None:
            return self.earlier
        return (*self.earlier, Asker(**{name: getattr(self, name) for name in Asker.model_fields}))

    @property
    def is_asked(self) -> bool:
        """Whether anybody asks, or may: of very many not all are remembered."""
        return self._hides_some or bool(self.askers)

    @property
    def _hides_some(self) -> bool:
        return self.cut_off > 0

    def may_be_asked(self, lhnr: str) -> bool:
        """The same for this number, hashed."""
        return self._hides_some or any(asker.lhnr in (None, lhnr) for asker in self.askers)

    def whom_to_tell(self, lhnr: str | None) -> Asker | None:
        """The asker that is told about a registration with this hashed number; None where that is not known.

        That is the first that asked for this number, as long as it asks, or else the first that may have. So whoever
        asks for it later, and may be a stranger, takes nobody's mails away.
        """
        requests = [asker for asker in self.askers if asker.submission is not None]
        number = lhnr or next((asker.lhnr for asker in requests), None)
        own = [asker for asker in requests if asker.lhnr == number]
        unknown = [asker for asker in requests if asker.lhnr is None]
        return next(iter((*own, *unknown)), None)

    def has_come(self, lhnr: str) -> bool:
        """Whether a live registration has come for this number, hashed."""
        return any(one.lhnr in (None, lhnr) for one in self.registered)

    def has_waited_long(self, now: datetime) -> bool:
        """Whether a request is overdue by now, or may be, unless a registration has come for it."""
        if self._hides_some:
            return True
        asked_by = now - TAKEN_UP_WITHIN
        if self.submission is not None and (self.asked_at or _LONG_AGO) <= asked_by:
            return True
        return any(one.submission and (one.asked_at or _LONG_AGO) <= asked_by for one in self.earlier)

    def numbers_of(self, registration: RegistrationId) -> set[str | None]:
        """The hashed numbers under which this registration has come."""
        return {one.lhnr for one in self.registered if one.registration == registration}

    def with_registration(self, registration: RegistrationId, numbers: Collection[str | None]) -> "EmployerRequest":
        """The document once this registration has come, with these hashed numbers and no others."""
        others = [one for one in self.registered if one.registration != registration]
        own = [Registered(registration=registration, lhnr=number) for number in sorted(numbers, key=str)]

        def is_named(lhnr: str | None) -> bool:
            return not {None, lhnr}.isdisjoint(numbers)

        return self.but(
            registered=(*others, *own)[-REGISTERED_MAX:],
            taken_up=self.taken_up and not is_named(self.lhnr),
            earlier=tuple(one.but(taken_up=False) if is_named(one.lhnr) else one for one in self.earlier),
        )

    def without(self, submission: str) -> "EmployerRequest":
        """The document once this link request, which asked until now, no longer asks."""
        others = [asker for asker in self.askers if asker.submission != submission]
        is_remembered = len(others) < len(self.askers)
        return self.with_askers(others) if is_remembered else self.but(cut_off=max(0, self.cut_off - 1))

    def with_asker(self, asker: Asker) -> "EmployerRequest":
        """The document once this link request, which did not ask until now, asks too."""
        return self.with_askers(sorted([*self.askers, asker], key=lambda one: one.asked_at or _LONG_AGO))

    def asker(self, submission: str) -> Asker | None:
        """The entry of this link request, if it asks."""
        return next((one for one in self.askers if one.submission == submission), None)


def requests_at(case: Case[None], keys: Iterable[str]) -> list[EmployerRequest]:
    """What is known under these keys."""
    return [request for key in keys if (request := case.documents.get(EmployerRequest, key))]


class Registering(NamedTuple):
    """The requests for which a registration has come, and the changes by which exactly these say so."""

    requests: tuple[str, ...]
    changes: Changes


def registering(case: Case[None], known: Intake | None, *forms: NamedForm) -> Registering:
    """That this registration has come with these forms, and with nothing that it was `known` by before.

    Who asked for what it has left waits for another registration again, and is woken to see that. So is who has asked
    for so long that nobody looks any more, to see that one has come.
    """
    numbers: dict[str, set[str | None]] = {key: set() for key in (known.requests if known else ())}
    for form in forms:
        for key in form.requests:
            numbers.setdefault(key, set()).add(form.number)
    changes: Changes = {}
    for key, now in numbers.items():
        request = case.documents.get(EmployerRequest, key) or nobody_asks()
        before = request.numbers_of(case.subject)
        if before == now:
            continue
        changes[EmployerRequest.at(key)] = request.with_registration(case.subject, now)
        if (before - now and request.is_asked) or (now - before and request.has_waited_long(case.now)):
            changes |= opened_anew(gate.of_leaving(key))
    return Registering(tuple(key for key, now in numbers.items() if now), changes)


@cache
def nobody_asks() -> EmployerRequest:
    """What is known where nobody has asked, and no registration has come."""
    return EmployerRequest(email=None)


def kept_form(registration: RegistrationId, kept: Intake | BeforeCorrection | None) -> tuple[NamedForm, ...]:
    """The form that is kept of this one, if any, and if it is a registration."""
    read = read_kept(kept, registration) if kept else None
    return (read,) if isinstance(read, NamedForm) else ()
