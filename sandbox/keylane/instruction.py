"""Telling Keylane's simulator, while it runs, what it will say."""

import json
from collections.abc import Mapping, Sequence

from sandbox.keylane.script import Step
from sandbox.running import RunningSandbox
from sandbox.whole_file import write_whole


def tell_keylane(sandbox: RunningSandbox, lines: Mapping[str, Sequence[Step]]) -> None:
    """From now on Keylane says this about these registrations or connections ("ID/2"), and the rest as before."""
    script = sandbox.state.keylane / "script.json"
    known = json.loads(script.read_text("utf-8")) if script.exists() else {}
    said = {name: [step.model_dump(mode="json") for step in steps] for name, steps in lines.items()}
    write_whole(script, json.dumps(known | said))
