"""Registrations to load a sandbox with, those of `koppeling generate`, ready as `koppeling submit` makes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from joserfc.jwk import KeySet

from benchmarks.errors import BenchmarkError
from ops.audit.judge.called_for import Link
from ops.forms.checked import ReadyForm, checked
from ops.forms.file import WrittenForm
from ops.forms.synthetic import SyntheticForm, offers, synthetic_forms
from stream.identity import effect_id


@dataclass(frozen=True, slots=True)
class Registration:
    """A form that will be accepted, of an employer whose policy the sandbox holds.

    `links` are the connections that will be realised, each with a mail of its own; and there is a receipt.
    """

    form: ReadyForm
    links: Sequence[Link]

    @property
    def mails(self) -> int:
        """How many there will be about it."""
        return 1 + len(self.links)

    @property
    def mail_ids(self) -> Iterator[UUID]:
        """Their ids in the ledger, with which their Message-IDs begin."""
        occasions = [("registration-received", "cycle 1")]
        occasions += [("link-realised", f"connection {number}") for number in range(1, len(self.links) + 1)]
        return (effect_id(self.id, *one, "applicant", "0") for one in occasions)

    @property
    def id(self) -> str:
        """The registration's id."""
        return self.form.registration


def registrations(keys: KeySet, seed: int = 1) -> Iterator[Registration]:
    """Registrations without end, the same for the same seed: every form and package, in equal parts."""
    for synthetic in synthetic_forms(seed, offers()):
        ready = ready_form(synthetic, keys)
        codes = [connection["employer_code"] for connection in synthetic.form["connections"]]
        yield Registration(ready, [Link(ready.registration, code) for code in codes])


def ready_form(synthetic: SyntheticForm, keys: KeySet) -> ReadyForm:
    """The form, as `koppeling submit` makes it ready. Raises BenchmarkError when it is not valid."""
    place = f"benchmark:{synthetic.submission_id}"
    written = WrittenForm(place, synthetic.source, synthetic.submission_id, dict(synthetic.form), ())
    found = checked(written, keys)
    if isinstance(found, ReadyForm):
        return found
    raise BenchmarkError(f"a generated form is not valid: {found[0]}")
