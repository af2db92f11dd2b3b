"""Why something is as it is, in a code and in words."""

from ops.terminal.view import View


class Reason(View):
    """Why something stands where it stands: a stable code, the form's field where it is about one, and Dutch words."""

    code: str
    field: str | None = None
    text: str
