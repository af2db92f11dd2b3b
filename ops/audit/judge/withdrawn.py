"""The connections that were withdrawn while the others of their registration go on."""

from collections import defaultdict

from ops.audit.judge.called_for import WITHDRAWN, connections_in, cycle_of
from ops.audit.judge.history import History


def withdrawn(history: History) -> dict[tuple[str, str], int]:
    """By registration and connection, the newest cycle in which it was withdrawn; 0 where it was not."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for fact in history.current(WITHDRAWN):
        for number in connections_in(fact.data):
            found[fact.subject, number] = max(found[fact.subject, number], cycle_of(fact.data))
    return found
