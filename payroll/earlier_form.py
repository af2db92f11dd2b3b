"""What names an earlier registration: its reference, and the code that only its owner has."""

from payroll.asked import CODE, REFERENCE
from payroll.fault import FaultCode
from payroll.field_reader import FieldReader, Json
from payroll.form import Earlier
from payroll.typed_text import is_blank

EARLIER_NAMES = frozenset({REFERENCE.name, CODE.name})


def read_named(holder: Json, reader: FieldReader, path: str = "") -> Earlier | None:
    """The earlier registration that these fields name; None when they are not all right."""
    reference, code = (reader.value(holder, field, path) for field in (REFERENCE, CODE))
    return Earlier(reference, code) if reference and code else None


def read_superseded(form: Json, reader: FieldReader) -> Earlier | None:
    """The registration whose place this one takes, which may be left open."""
    value = form.get("supersedes")
    if is_blank(value):
        return None
    if not isinstance(value, dict):
        reader.faults.add("supersedes", FaultCode.WRONG_TYPE)
        return None
    earlier = read_named(value, reader, "supersedes.")
    reader.refuse_unasked(value, EARLIER_NAMES, "supersedes.")
    return earlier
