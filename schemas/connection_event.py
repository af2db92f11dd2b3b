"""Events about one connection of a registration."""

from schemas.event import Event
from schemas.values import Contact


class ConnectionEvent(Event):
    """An event about one connection makes none about another stale."""

    contact: Contact

    def part(self) -> str:
        """The connection's number."""
        return str(self.contact.connection)
