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
    assert outcome.events == ()
    return outcome.effects


def as_sent(effect: Effect) -> Mail:
    """The mail, as its sender reads it from the ledger."""
    return read(effect.kind, json.dumps(dict(effect.payload)))


def all_told(event: Event) -> list[str]:
    """The texts of the mails that follow."""
    return [parsed(rendered(as_sent(mail))).text for mail in mails_of(event)]


def subjects(event: Event) -> list[str]:
    """What stands above those texts."""
    return [as_sent(mail).subject() for mail in mails_of(event)]


def told(event: Event) -> str:
    """The text of the only mail that follows."""
    (text,) = all_told(event)
    return text
