"""The two courses that a hop is sent through."""

from typing import NamedTuple


class Hop(NamedTuple):
    """One course: it takes `at_once` records together, raises or is slow at some, and is killed `kills` times."""

    name: str
    what: str
    at_once: int
    raises: bool
    kills: int

    @property
    def arrived(self) -> str:
        """The topic it reads."""
        return f"{self.name}-arrived"

    @property
    def sent_on(self) -> str:
        """The topic it writes."""
        return f"{self.name}-sent-on"


HOPS = {
    hop.name: hop
    for hop in (
        Hop("on-faust-raises", "one at a time, twelve raise", at_once=1, raises=True, kills=0),
        Hop("on-faust-killed", "eight at a time, twelve slow, four kills", at_once=8, raises=False, kills=4),
    )
}
