"""Customers who answer a mail with a correction: their registration goes on in a second cycle, among the faults."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from joserfc.jwk import KeySet

from benchmarks.registration import Registration, ready_form
from faults.answer import correction_of, quoted
from ops.forms.synthetic import SyntheticForm
from schemas.ids import reference

_READ = (1, 2)
"""Which of its mails a customer answers, in turn. The first is the receipt: Keylane is still at work then."""


class Customers:
    """`sent` are their corrections, of which no connections are expected."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._numbers = count()
        self._unread: dict[str, tuple[Registration, int]] = {}
        self.sent: list[Registration] = []

    def will_answer(self, one: Registration) -> None:
        """Whoever sent this answers one of its mails, once."""
        self._unread[reference(one.id)] = one, _READ[next(self._numbers) % len(_READ)]

    def answers(self, mail: bytes) -> Sequence[Registration]:
        """What is sent because of this mail."""
        found = quoted(mail)
        if found is None or found.reference not in self._unread:
            return ()
        one, unread = self._unread.pop(found.reference)
        if unread > 1:
            self._unread[found.reference] = one, unread - 1
            return ()
        self.sent.append(self._correction(one, found._asdict()))
        return self.sent[-1:]

    def _correction(self, one: Registration, named: dict[str, Any]) -> Registration:
        typed = {**correction_of(one.form.event.form), **named}
        form = SyntheticForm(one.form.source, f"{one.form.event.submission_id}-corrected", typed)
        return Registration(ready_form(form, self._keys), ())
