"""What the notifier remembers about a registration: whose code counts; the ledger knows what was planned."""

from typing import ClassVar

from stream.document import Document


class Correspondence(Document):
    """`cycle` is the newest that anybody spoke of, to which the correction code belongs; not written while it is 1.

    The runtime keeps the order of a registration's events beside it.
    """

    kind: ClassVar[str] = "correspondence"

    cycle: int = 1
