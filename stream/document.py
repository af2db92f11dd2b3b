"""State as documents: what a service remembers about a key, loaded, compared and saved by the runtime."""

from typing import Any, ClassVar, NamedTuple, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen part of a document."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False, defer_build=True
    )

    def but(self, **changes: Any) -> Self:
        """The same with these fields changed, checked like a new one."""
        return self.model_validate({**self.__dict__, **changes})


class DocumentKey(NamedTuple):
    """Where a document stands."""

    kind: str
    key: str


class Document(Part):
    """A frozen value under (kind, key).

    Class attributes: `kind` names the sort of document; `shared` says that several lanes write it, so that
    the runtime saves no decision that read an older revision of it. A document is due at `due_at`, and wakes when a
    gate in `waits_for` is open. The scan looks for both again and again, so none is missed; each is answered once: the
    next wake-up needs another `due_at`, a newly written gate, or an event that the waiting registration emitted since.
    """

    kind: ClassVar[str]
    shared: ClassVar[bool] = False

    due_at: AwareDatetime | None = None
    waits_for: tuple[str, ...] = ()

    @classmethod
    def at(cls, key: str) -> DocumentKey:
        """Where the document of this kind and key stands."""
        # What the named tuple's own constructor does, without its call in between: each record makes some of these.
        return tuple.__new__(DocumentKey, (cls.kind, key))

    def to_json(self) -> str:
        """The document as it is kept."""
        return self.__pydantic_serializer__.to_json(self).decode()


class Gate(Document):
    """What other documents wait for. Open or shut, never consumed."""

    kind: ClassVar[str] = "gate"
    shared: ClassVar[bool] = True

    open: bool
