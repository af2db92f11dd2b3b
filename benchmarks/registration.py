"""Registrations to measure with: those of `koppeling generate`, checked and sealed as `koppeling submit` does it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from joserfc.jwk import KeySet

from benchmarks.errors import BenchmarkError
from ops.checked_form import ReadyForm, checked
from ops.form_file import WrittenForm
from ops.outcome import Link
from ops.synthetic_form import SyntheticForm, offers, synthetic_forms

_SEED = 1


@dataclass(frozen=True, slots=True)
class Registration:
    """A form that will be accepted, of an employer whose policy the sandbox holds.

    `links` are the connections that will be realised, each with a mail of its own.
    """

    form: ReadyForm
    links: Sequence[Link]

    @property
    def id(self) -> str:
        """The registration's id."""
        return self.form.registration


def registrations(keys: KeySet) -> Iterator[Registration]:
    """Registrations without end, the same in each run: every form and package, in equal parts."""
    for synthetic in synthetic_forms(_SEED, offers()):
        ready = _ready(synthetic, keys)
        codes = [connection["employer_code"] for connection in synthetic.form["connections"]]
        yield Registration(ready, [Link(ready.registration, code) for code in codes])


def _ready(synthetic: SyntheticForm, keys: KeySet) -> ReadyForm:
    place = f"benchmark:{synthetic.submission_id}"
    written = WrittenForm(place, synthetic.source, synthetic.submission_id, dict(synthetic.form), ())
    found = checked(written, keys)
    if isinstance(found, ReadyForm):
        return found
    raise BenchmarkError(f"a generated form is not valid: {found[0]}")
