"""What a decision may rely on and may write, checked before anything of it counts."""

from collections.abc import Collection, Iterable

from stream.document import DocumentKey
from stream.errors import Unreadable
from stream.service import Emit, Outcome


class ForeignDocument(Exception):
    """A decision wrote a document that is neither its key's own nor a shared one that its event touches."""


class MisfiledDocument(Exception):
    """A decision wrote a document under another kind than its own."""


def check_readable(unreadable: Collection[DocumentKey], needed: Iterable[DocumentKey]) -> None:
    """Raise Unreadable when a document that the record needs is not one that this release can read."""
    for key in needed:
        if key in unreadable:
            raise Unreadable(f"{key.kind} {key.key}", key.kind)


def check_outcome(outcome: Outcome, main: DocumentKey, named: Collection[DocumentKey]) -> None:
    """Raise, whatever it is, when the outcome can not be kept as it is."""
    if not isinstance(outcome, Emit):
        outcome.reason.encode()
        return
    for key, document in outcome.documents.items():
        if key != main and not (key in named and (document.shared or key.key == main.key)):
            raise ForeignDocument
        if document.kind != key.kind:
            raise MisfiledDocument
