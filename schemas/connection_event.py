"""Events about one connection of a registration."""

from schemas.event import Event
from schemas.values import Contact


class ConnectionEvent(Event):
    """An event about one connection makes none about another stale."""

    contact: Contact

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
