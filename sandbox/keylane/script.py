"""What Keylane says about which registration: as usual, or as `script.json` has it.

```json
{"REGISTRATION ID": [{"report": "accepted"}, {"report": "configured", "after_s": 2, "times": 2}],
 "REGISTRATION ID/2": [{"report": "failed", "cycle": 1, "findings": [{"code": "LHNR_MISMATCH"}]},
                       {"report": "configured", "cycle": 2}],
 "*": []}
```
The most specific entry counts: one connection, one registration, everybody. An empty list has nothing reported, ever.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from schemas.events.provisioning_reported import Report
from schemas.values import Finding

EVERYBODY = "*"


class Step(BaseModel):
    """One report, `after_s` seconds after the request came in.

    `times`: how often it is published, under one id, or with `new_id` each time under another. `cycle`: only about
    requests of this cycle, so that a correction is answered otherwise than what it corrects. `cycle_offset`: added to
    the request's cycle, so that -1 is stale. `dated_s`: by how many seconds its date is later than it is said, or
    earlier if negative; so a link can seem to have worked for more than a day. `early`: not because of a request but as
    soon as the script is read, for cycle 1. `despite_cancellation`: said although the request was cancelled meanwhile.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    report: Report
    after_s: float = Field(default=0.0, ge=0, le=86_400)
    findings: tuple[Finding, ...] = ()
    first_exchange_on: date | None = None
    times: int = Field(default=1, ge=1, le=20)
    new_id: bool = False
    cycle: int | None = Field(default=None, ge=1)
    cycle_offset: int = 0
    dated_s: float = Field(default=0.0, ge=-86_400, le=86_400)
    early: bool = False
    despite_cancellation: bool = False

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.report in ("customer_action_needed", "failed") and not self.findings:
            raise ValueError("needs findings")
        return self


Steps = tuple[Step, ...]
_SCRIPT: TypeAdapter[dict[str, Steps]] = TypeAdapter(dict[str, Steps])


class Script:
    """The usual behaviour, and the exceptions to it."""

    def __init__(self, usual: Steps, exceptions: Mapping[str, Steps]) -> None:
        self._usual = usual
        self._exceptions = exceptions

    def steps(self, subject: str, connection: int) -> Steps:
        """What is reported about this connection of this registration when it is requested."""
        for name in (f"{subject}/{connection}", subject, EVERYBODY):
            if name in self._exceptions:
                return self._exceptions[name]
        return self._usual

    def early(self) -> Iterator[tuple[str, int, Steps]]:
        """What is reported without a request: registration, connection, all its steps."""
        for name, steps in self._exceptions.items():
            if any(step.early for step in steps) and name != EVERYBODY:
                subject, _, connection = name.partition("/")
                yield subject, int(connection) if connection.isdecimal() else 1, steps


def usual(delay_s: float) -> Steps:
    """Accepted at once, configured after the delay."""
    return Step(report="accepted"), Step(report="configured", after_s=delay_s)


class ScriptFile:
    """`script.json`, read again whenever it was changed."""

    def __init__(self, path: Path, delay_s: float) -> None:
        self._path = path
        self._usual = usual(delay_s)
        self._seen: tuple[int, int] | None = None
        self.script = Script(self._usual, {})

    def reread(self) -> str | None:
        """Take over what stands there now; a script that cannot be read changes nothing, and the answer says why."""
        state = self._state()
        if state == self._seen:
            return None
        self._seen = state
        try:
            exceptions = _SCRIPT.validate_json(self._path.read_bytes()) if state else {}
        except ValidationError as error:
            first = error.errors()[0]
            return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        self.script = Script(self._usual, exceptions)
        return None

    def _state(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino
