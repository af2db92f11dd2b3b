"""A web form was sent: the contract for other people's web forms (docs/form-received.md)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationError

from schemas.clear_secrets import SEARCHED_BYTES_MAX, is_clear_secret, without_clear_secrets
from schemas.event import Event, OversizedError, Value
from schemas.foreign_json import Defect, DefectCode, parse
from schemas.ids import registration_id

_CHARACTERS_MAX = 500
"""What is longer is no name and no address."""
_BRACKETS_MAX = 50_000
"""Reading a megabyte of empty lists takes longer than any record may. What holds more of them is no form."""
_PARTS = ("submission_id", "form")

SubmissionId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]


class _Applicant(Value):
    """Whom to answer about a form that is too large, and about what."""

    company_name: str | None = None
    email: str | None = None
    package: str | None = None


class _Oversized(Value):
    """The part that is read of a form that is too large: nothing else becomes an object, however many it holds."""

    submission_id: SubmissionId
    form: _Applicant = Field(default_factory=_Applicant)


class _OversizedUnaddressed(Value):
    """The same, if those parts have no proper shape either."""

    submission_id: SubmissionId


def secrets_beside(data: Mapping[str, object]) -> tuple[Defect, ...]:
    """Every clear secret beside `form` in a record's value, where nothing else would ever look at it."""
    names = (name for name, value in data.items() if name not in _PARTS and is_clear_secret(name, value))
    return tuple(Defect(code=DefectCode.SECRET_IN_WRONG_FIELD, key=name) for name in names)


class _Form(Event):
    name: ClassVar[str] = "form-received"

    submission_id: SubmissionId
    form: dict[str, Any]
    defects: tuple[Defect, ...] = Field(default=(), exclude=True)

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Read a form, whatever is wrong with it; a missing one, or one that is not an object, is empty with a defect.

        Raises:
            ValueError: it is no JSON object, or without submission id.
        """
        data, defects = parse(value)
        form = data.get("form")
        if not isinstance(form, dict):
            missing = Defect(code=DefectCode.REQUIRED if form is None else DefectCode.WRONG_TYPE)
            form, defects = {}, (missing, *defects)
        defects = (*defects, *secrets_beside(data))
        return cls.model_validate({**data, "form": form, "defects": defects})

    @classmethod
    def from_oversized(cls, value: bytes) -> Self:
        """Read whom to answer, and leave the rest.

        Raises:
            OversizedError: it has more brackets than any form.
            ValueError: it is no JSON object, or without submission id.
        """
        if value.count(b"[") + value.count(b"{") > _BRACKETS_MAX:
            raise OversizedError
        defects = (Defect(code=DefectCode.TOO_LARGE),)
        try:
            read = _Oversized.model_validate_json(value)
        except ValidationError:
            submission_id = _OversizedUnaddressed.model_validate_json(value).submission_id
            return cls(submission_id=submission_id, form={}, defects=defects)
        form = {name: text for name, text in read.form if text and len(text) <= _CHARACTERS_MAX}
        return cls(submission_id=read.submission_id, form=form, defects=defects)

    @classmethod
    def storable(cls, value: bytes) -> bytes:
        """A form may hold a secret that should have been sealed.

        If it is too large to be searched, only the part that is read is kept, which can be read again.
        """
        kept = without_clear_secrets(value)
        if kept is value or len(value) <= SEARCHED_BYTES_MAX:
            return kept
        try:
            read = cls.from_oversized(value)
        except ValueError:
            return kept
        return without_clear_secrets(read.to_json()).ljust(SEARCHED_BYTES_MAX + 1)

    def subject(self, source: str, stated: str) -> str:
        """The registration's id, derived from the publisher and its submission id, whatever the envelope states."""
        del stated
        return registration_id(source, self.submission_id)

    def series(self) -> str:
        """None: the first body under a submission id wins, whatever its revision."""
        return ""


class FormReceivedV1(_Form):
    """Registrations by employers and processors."""

    @classmethod
    def released_schema(cls) -> dict[str, Any]:
        """Writers' schema is narrower than what we read: exactly the first version's forms."""
        # Only the generated contract needs the forms as classes, and they are slow to import.
        from schemas.forms import version_1  # noqa: PLC0415

        return version_1.FormReceivedContract.model_json_schema()

    def upcast(self) -> "FormReceivedV2":
        """Every form of that time is a form of the next version."""
        return FormReceivedV2(submission_id=self.submission_id, form=self.form, defects=self.defects)


class FormReceivedV2(_Form):
    """All kinds of form, for the packages of that time; a withdrawal was of a whole registration."""

    version: ClassVar[int] = 2

    @classmethod
    def released_schema(cls) -> dict[str, Any]:
        """What writers follow is narrower than what is read: exactly the forms of each kind."""
        from schemas.forms import version_2  # noqa: PLC0415

        return version_2.FormReceivedContract.model_json_schema()

    def upcast(self) -> "FormReceived":
        """Every form of that time is a form of the next version."""
        return FormReceived(submission_id=self.submission_id, form=self.form, defects=self.defects)


class FormReceived(_Form):
    """The form as it was typed. Wrong forms are answered, so `form` is any object; `defects` are those of its JSON."""

    version: ClassVar[int] = 3

    @classmethod
    def released_schema(cls) -> dict[str, Any]:
        """What writers follow is narrower than what is read: each kind's forms, exact for the packages it names."""
        from schemas.forms import version_3  # noqa: PLC0415

        return version_3.FormReceivedContract.model_json_schema()
