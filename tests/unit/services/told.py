"""The mails that follow an event, as their readers find them."""

import json

from parsed_mail import parsed, rendered
from stories import Story

from schemas.event import Event
from services.notifier.decide import SERVICE
from services.notifier.mails.kinds import read
from services.notifier.mails.mail import Mail
from stream.service import Effect, Emit


def mails_of(event: Event) -> tuple[Effect, ...]:
    """The mails that follow, as they are planned."""
    outcome = Story(SERVICE).when(event)
    assert isinstance(outcome, Emit)
    return outcome.effects


def all_told(event: Event) -> list[str]:
    """The texts of the mails that follow."""
    return [parsed(rendered(mail)).text for mail in _read(event)]


def subjects(event: Event) -> list[str]:
    """What stands above those texts."""
    return [mail.subject() for mail in _read(event)]


def told(event: Event) -> str:
    """The text of the only mail that follows."""
    (text,) = all_told(event)
    return text


def _read(event: Event) -> list[Mail]:
    return [read(effect.kind, json.dumps(dict(effect.payload))) for effect in mails_of(event)]
