"""Keeps the table in docs/keylane.md as `states.py` has it: `python -m services.provisioning.states_table --write`."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.marked_part import MarkedPart
from services.provisioning.documents import LinkStage
from services.provisioning.states import Note, Transition, Trigger, transition

_TRIGGERS: Mapping[Trigger, str] = {
    Trigger.ACCEPTED: "Keylane has taken the request in",
    Trigger.ACTION_NEEDED: "Keylane needs something of the customer",
    Trigger.ACTION_NEEDED_SAME: "the same again, with the same findings",
    Trigger.STOPPED_WORKING: "Keylane needs something new of the customer, more than a day after it said that it works",
    Trigger.CONFIGURED: "Keylane says that it works",
    Trigger.CONFIGURED_ANOTHER_DAY: "the same, with another day of the first exchange than the customer was told",
    Trigger.WORKS_AGAIN: "Keylane says that it works, after it needed something more of the customer",
    Trigger.FAILED: "Keylane says that it will not work",
    Trigger.OUTDATED: "a report from before the last one that was noted or, if it is not final, that counted",
    Trigger.STALE: "a report for an older cycle",
    Trigger.EARLY: "a report for a cycle or a connection that was not requested (yet)",
    Trigger.CORRECTED: "a new cycle that asks something else of Keylane, or follows a contradiction",
    Trigger.READDRESSED: "a new cycle that asks the same, with another address, where Keylane contacts the customer",
    Trigger.RESUBMITTED: "a new cycle that asks the same, where nothing was contradicted",
    Trigger.CANCELLED: "the registration has ended, or this connection was withdrawn from it",
    Trigger.REMINDER: "the customer has had its time",
    Trigger.DEADLINE: "Keylane has had its time, or the customer its last reminder",
}
_NOTES: Mapping[Note, str] = {
    Note.CONTRADICTION: "*noted as a contradiction*",
    Note.TAKEN_BACK: "*the contradiction is taken back*",
    Note.OVERDUE: "*overdue*",
    Note.PARKED: "*tried again, then a human*",
}


def table() -> str:
    """The state machine as Markdown: a row for each trigger, a column for each stage."""
    columns = ["what happens", *(f"**{stage.value}**" for stage in LinkStage)]
    rows = [
        [f"`{trigger}`: {_TRIGGERS[trigger]}", *(_cell(stage, transition(stage, trigger)) for stage in LinkStage)]
        for trigger in Trigger
    ]
    return "\n".join(map(_line, [columns, ["---"] * len(columns), *rows]))


def _cell(stage: LinkStage, following: Transition) -> str:
    moves = following.to.value if following.to not in (None, stage) else ""
    says = following.says.__name__ if following.says else ""
    notes = _NOTES[following.note] if following.note else ""
    return ", ".join(filter(None, (moves, says, notes))) or "stays"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


STATES_TABLE = MarkedPart("services.provisioning.states_table", "states", table(), Path("docs/keylane.md"))

if __name__ == "__main__":
    sys.exit(STATES_TABLE.main())
