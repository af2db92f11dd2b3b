"""People who read their mail: some answer one, with the code that it brings or with a wrong one."""

from collections.abc import Callable, Mapping, Sequence

from faults.answer import asks, quoted
from faults.simulation.forms import registration_of
from faults.simulation.publishers import Publishers
from faults.simulation.scenario import Registered, Reply, Told


class Customers:
    """`registered`: what they have sent, which no connection is expected of."""

    def __init__(
        self, replies: Mapping[str, Sequence[Reply]], publishers: Publishers, tell: Callable[[Told], None]
    ) -> None:
        self._replies = {reference: list(some) for reference, some in replies.items()}
        self._publishers = publishers
        self._tell = tell
        self.registered: list[Registered] = []

    @property
    def silent(self) -> set[str]:
        """The references of those who have more to say, and got no mail since that they could answer."""
        return {reference for reference, left in self._replies.items() if left}

    def mailed(self, body: bytes) -> None:
        """A mail lies in somebody's mailbox."""
        found = quoted(body)
        left = self._replies.get(found.reference, []) if found else []
        if found and left and (asks(body) or not left[0].asked):
            reply = left.pop(0)
            form = reply.to(*found)
            self.registered.append(Registered(registration_of(form), frozenset()))
            self._tell(self._publishers.form(form, reply.after_s))
