"""What the notifier remembers about a registration: nothing; the ledger knows what was planned."""

from typing import ClassVar

from stream.document import Document


class Correspondence(Document):
    """Never written. The runtime keeps the order of a registration's events beside it."""

    kind: ClassVar[str] = "correspondence"
