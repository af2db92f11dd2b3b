import json
from pathlib import Path

import pytest

from faults.real.odd_worker import second_version
from schemas.events import RegistrationSubmitted
from schemas.events.registration_submitted import RegistrationSubmittedV2

EXAMPLES = sorted((Path(__file__).parents[3] / "schemas/examples/registration-submitted.v5").glob("*.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_old_intake_says_the_same_in_the_second_version_where_that_had_the_words(example: Path) -> None:
    event = RegistrationSubmitted.from_json(json.dumps(json.loads(example.read_text())["data"]).encode())
    before = second_version(event)
    assert (before.upcast().upcast().upcast() if isinstance(before, RegistrationSubmittedV2) else before) == event


def test_the_second_version_has_words_for_some() -> None:
    data = [json.dumps(json.loads(example.read_text())["data"]).encode() for example in EXAMPLES]
    said = [second_version(RegistrationSubmitted.from_json(one)) for one in data]
    assert any(isinstance(one, RegistrationSubmittedV2) for one in said)
