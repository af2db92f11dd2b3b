"""Forms as publishers write them: valid ones of people that do not exist, and what else arrives on that topic."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from faults.simulation.clock import START
from ops.forms.synthetic import SOURCE, SyntheticForm
from payroll.packages import packages
from payroll.sealed_secret import AGREED
from schemas import codec
from schemas.envelope import Envelope, Header
from schemas.event import Event
from schemas.events import FormReceived
from schemas.ids import registration_id

_SECRETS = frozenset(name for package in packages().values() for name in package.secrets)


def registration_of(form: SyntheticForm) -> str:
    """The registration that it opens."""
    return registration_id(form.source, form.submission_id)


def event(form: SyntheticForm) -> FormReceived:
    """The form as it is sent, its secrets shaped as if they were sealed; nobody here opens one."""
    typed = dict(form.form)
    if "connections" in typed:
        me = registration_of(form)
        typed["connections"] = [_sealed(one, me, number) for number, one in enumerate(typed["connections"], 1)]
    return FormReceived(submission_id=form.submission_id, form=typed)


def encoded(event_id: str, said: Event, about: str = "") -> tuple[Sequence[Header], bytes]:
    """Headers and value of its record."""
    envelope = Envelope(id=event_id, source=SOURCE, name=said.name, version=said.version, subject=about, time=START)
    return codec.encode(envelope, said)


def faulty(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form that intake has to reject."""
    return {**form, "loonheffingennummer": "123456789L01"}


def _sealed(connection: Mapping[str, Any], registration: str, number: int) -> dict[str, Any]:
    return {
        name: _token(registration, number, name) if name in _SECRETS else typed for name, typed in connection.items()
    }


def _token(registration: str, connection: int, purpose: str) -> str:
    algorithm, encryption = AGREED
    protected = {"alg": algorithm, "enc": encryption, "epk": {}, "registration": registration}
    header = json.dumps({**protected, "connection": connection, "purpose": purpose}).encode()
    return f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{'k' * 54}.{'i' * 16}.{'c' * 20}.{'t' * 22}"
