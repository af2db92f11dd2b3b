"""Which documents the records of a batch touch, found out before anything is read for the decision."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stream.decode import Item, Received
from stream.document import Document, DocumentKey
from stream.guard import defects
from stream.service import NOTHING, Service, Touched, nothing_recalled
from stream.store import Store


async def named_documents(service: Service[Any], store: Store, batch: Sequence[Item]) -> Sequence[Touched]:
    """Record by record; for a row of the queue, by its registration's document. Raises Defective."""
    received = () if service.recalls is nothing_recalled else [item for item in batch if isinstance(item, Received)]
    mains = await _mains(service, store, {item.subject for item in received if not item.at_first_hand})
    with defects():
        return [_named(service, mains, item) if isinstance(item, Received) else NOTHING for item in batch]


def own_and_shared(
    service: Service[Any], subjects: Collection[str], named: Sequence[Touched]
) -> tuple[set[DocumentKey], set[DocumentKey]]:
    """All documents the batch touches: those of its lanes alone, and those that others write too. Raises Defective."""
    with defects():
        kinds = service.kinds
        own = {DocumentKey(service.main.kind, subject) for subject in subjects}
        others = NOTHING.documents.union(*(touched.documents for touched in named))
        shared = {key for key in others if kinds[key.kind].shared}
        return own | (others - shared), shared


def _named(service: Service[Any], mains: Mapping[str, Document | None], item: Received) -> Touched:
    named = service.touches(item.cause, item.subject)
    if item.subject not in mains or item.at_first_hand:
        return named
    recalled = service.recalls(item.cause, item.subject, mains[item.subject])
    return named._replace(documents=named.documents.union(recalled))


async def _mains(service: Service[Any], store: Store, subjects: Collection[str]) -> Mapping[str, Document | None]:
    if not subjects:
        return {}
    keys = {subject: DocumentKey(service.main.kind, subject) for subject in subjects}
    states = (await store.read(documents=keys.values())).states
    return {subject: states[key].document if key in states else None for subject, key in keys.items()}
