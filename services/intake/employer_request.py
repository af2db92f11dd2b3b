"""Who has asked that an employer may be registered, where each is told more, and whether a registration has come."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import AwareDatetime

from services.intake.named_form import NamedForm
from stream.document import Document, DocumentKey, Part
from stream.service import Case

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
ASKERS_MAX = 10
"""How many requests of one employer to one processor are remembered: the first, so that nobody pushes those out."""


class Asker(Part):
    """Who asks that an employer may be registered: a link request, or a.s.r.'s file of clients (None).

    `lhnr` hashes the whole number that it asked for; None where that was not kept yet. `taken_up`: a registration has
    come for it. `asked_at` is None where that was not kept yet, or was long ago.
    """

    submission: str | None
    email: str | None = None
    lhnr: str | None = None
    taken_up: bool = False
    asked_at: AwareDatetime | None = None


class EmployerRequest(Document):
    """An employer has asked for the link, by this submission last; what else stands here is that of the last Asker.

    `earlier` are those that had asked before, and still do: other employers, perhaps, as many share a name.
    """

    kind: ClassVar[str] = "employer-request"
    shared: ClassVar[bool] = True

    email: str | None
    submission: str | None = None
    lhnr: str | None = None
    taken_up: bool = False
    asked_at: AwareDatetime | None = None
    earlier: tuple[Asker, ...] = ()

    @classmethod
    def by(cls, askers: Sequence[Asker]) -> "EmployerRequest":
        """Asked for by these, in order; of many requests the first."""
        file = [asker for asker in askers if asker.submission is None]
        requests = [asker for asker in askers if asker.submission is not None][:ASKERS_MAX]
        last = requests.pop() if requests else Asker(submission=None)
        return cls(**dict(last), earlier=(*file, *requests))

    @property
    def askers(self) -> tuple[Asker, ...]:
        """All that ask now, in order."""
        last = Asker(**{name: getattr(self, name) for name in Asker.model_fields})
        return self.earlier if self.submission is None else (*self.earlier, last)

    def email_for(self, lhnr: str | None) -> str | None:
        """Where the employer of a registration with this number, hashed, is told more; None where that is not known.

        The first that asked for that number, for as long as it asks, else the first that may have: whoever asks for it
        later, and may be a stranger, takes nobody's mails away.
        """
        requests = [asker for asker in self.askers if asker.submission is not None]
        number = lhnr or next((asker.lhnr for asker in requests), None)
        own = [asker.email for asker in requests if asker.lhnr == number]
        unknown = [asker.email for asker in requests if asker.lhnr is None]
        return next(iter((*own, *unknown)), None)

    def is_taken_up(self, submission: str) -> bool:
        """Whether a registration has come for what this one asks."""
        return any(asker.taken_up for asker in self.askers if asker.submission == submission)

    def taken_up_for(self, lhnr: str | None) -> "EmployerRequest":
        """When a registration with this number, hashed, has come: for whoever asked for that, or may have."""
        meant = [one for one in self.askers if one.submission and (lhnr is None or one.lhnr in (None, lhnr))]
        if all(one.taken_up for one in meant):
            return self
        return self.by([one.but(taken_up=True) if one in meant else one for one in self.askers])

    def without(self, submission: str) -> "EmployerRequest":
        """When this one does not ask any more."""
        return self.by([asker for asker in self.askers if asker.submission != submission])

    def asked_by(self, asker: Asker) -> "EmployerRequest":
        """When this link request asks too, or otherwise than before."""
        others = [one for one in self.askers if one.submission != asker.submission]
        return self.by(sorted([*others, asker], key=lambda one: one.asked_at or _LONG_AGO))

    def asker(self, submission: str) -> Asker | None:
        """This one, if it asks."""
        return next((one for one in self.askers if one.submission == submission), None)


def employer_email(case: Case[None], named: NamedForm) -> str | None:
    """Where the employer asked for the link that this form is about; None where it did not."""
    requests = _requests(case, named).values()
    return next(filter(None, (request.email_for(named.number) for request in requests)), None)


def taken_up(case: Case[None], named: NamedForm) -> dict[DocumentKey, Document]:
    """The employer's requests that this registration takes up, where they were not taken up already."""
    requests = _requests(case, named)
    after = {key: request.taken_up_for(named.number) for key, request in requests.items()}
    return {key: request for key, request in after.items() if request is not requests[key]}


def _requests(case: Case[None], named: NamedForm) -> dict[DocumentKey, EmployerRequest]:
    found = ((key, case.documents.get(EmployerRequest, key)) for key in named.requests)
    return {DocumentKey(EmployerRequest.kind, key): request for key, request in found if request}
