"""Events about one connection of a registration."""

from schemas.event import Event
from schemas.values import Contact


class ConnectionEvent(Event):
    """What is said of one connection makes nothing stale that is said of another."""

    contact: Contact

    def series(self) -> str:
        """Per connection."""
        return f"{self.name}/{self.contact.connection}"
