"""Checks what a decision relies on and writes, before any of it counts."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from stream.document import DocumentKey
from stream.errors import Defective, StreamError, Unreadable
from stream.service import Emit, Outcome


class ForeignDocument(Exception):
    """A decision wrote a document that is neither its key's own nor a shared one that its event touches."""


class MisfiledDocument(Exception):
    """A decision wrote a document under another kind than its own."""


@contextmanager
def defects() -> Iterator[None]:
    """Raise Defective for whatever a service's own code raises about a batch; halving finds the record to blame."""
    try:
        yield
    except StreamError:
        raise
    except Exception as error:  # noqa: BLE001 (raised again as what it is)
        raise Defective(error) from None


def check_readable(unreadable: Collection[DocumentKey], needed: Iterable[DocumentKey]) -> None:
    """Raise Unreadable if this release cannot read a document that the record needs."""
    for key in needed:
        if key in unreadable:
            raise Unreadable(f"{key.kind} {key.key}", key.kind)


def check_outcome(outcome: Outcome, main: DocumentKey, named: Collection[DocumentKey]) -> None:
    """Raise any error that prevents the outcome from being kept."""
    if not isinstance(outcome, Emit):
        outcome.reason.encode()
        return
    for key, document in outcome.documents.items():
        if key != main and not (key in named and document.shared):
            raise ForeignDocument
        if document.kind != key.kind:
            raise MisfiledDocument
