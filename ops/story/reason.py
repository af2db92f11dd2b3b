"""A reason why something stands where it stands."""

from ops.terminal.view import View


class Reason(View):
    """A stable code, the form's field if it is about one, and a text in Dutch."""

    code: str
    field: str | None = None
    text: str
