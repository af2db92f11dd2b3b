"""What can follow when a service handles a record, by the flow. Pure."""

from schemas.flow import NOTIFIER, SERVICES


def what_could_follow(service: str) -> str:
    """What this service can cause by handling a record, in a sentence for an operator."""
    if service == NOTIFIER.name:
        return "notifier can plan a mail, one for each occasion that has none yet"
    (party,) = (party for party in SERVICES if party.name == service)
    if not party.emits:
        return f"{service} notes what it hears, and publishes nothing"
    return f"{service} can publish {', '.join(event.__name__ for event in party.emits)}, and what follows from these"
