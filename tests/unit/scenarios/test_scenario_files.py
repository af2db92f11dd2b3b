"""A file that says what nobody understands, and a scenario that expects what does not come, are told so in words."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from scenarios.files import SCENARIOS, Told
from scenarios.player import Player
from scenarios.story import ScenarioFileError, read_scenarios
from world_in_memory import WorldInMemory

BAKERY = next(told for told in SCENARIOS if told.path.name.startswith("001"))
WHERE = '001-self-managed-loket.yaml, scenario "Everything is in order, paid by the month"'


def test_every_manual_has_its_scenarios() -> None:
    assert {told.file.manual for told in SCENARIOS} == {"000", "001", "002", "003", "004"}


def test_no_two_scenarios_have_one_name() -> None:
    names = [str(told) for told in SCENARIOS]
    assert len(names) == len(set(names))


def changed(folder: Path, **changes: Any) -> Path:
    """The first scenario of the bakery's file, its first turn with these changes."""
    said = yaml.load(BAKERY.path.read_text("utf-8"), yaml.CSafeLoader)
    said["scenarios"] = said["scenarios"][:1]
    said["scenarios"][0]["turns"][0] |= changes
    path = folder / BAKERY.path.name
    path.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"meanwhile": {}}, 'turns 1 meanwhile: unknown word "meanwhile"'),
        ({"when": [{"letter": "bakery"}]}, 'when 1: unknown word "letter"; known: form, '),
        ({"when": [{"form": "bakery", "on": "paper"}]}, 'unknown word "on"'),
        ({"when": [{"review of": "bakery", "verdict": "maybe"}]}, "unknown word \"maybe\"; known: 'confirmed' or"),
        ({"then": {"mails": [{"mail": "good news", "to": "a@b.example"}]}}, 'unknown word "good news"; known: '),
        ({"then": {"mail": []}}, 'unknown word "mail"'),
        ({"when": [{"form": "butcher"}]}, 'no form is named "butcher"'),
        ({"when": [{"keylane says": "configured"}]}, "about: Field required"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_word_is_named_with_file_and_scenario(changes: dict[str, Any], fault: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioFileError) as caught:
        read_scenarios(changed(tmp_path, **changes))
    (line,) = str(caught.value).splitlines()
    assert line.startswith(WHERE)
    assert fault in line


async def what_is_wrong(path: Path) -> str:
    file = read_scenarios(path)
    told = Told(path, file, file.scenarios[0])
    world = WorldInMemory(told.scenario.given.today)
    await world.start()
    with pytest.raises(AssertionError) as caught:
        await Player(world, told).play()
    return str(caught.value)


async def test_what_did_not_come_and_what_came_instead_is_said_in_the_file_s_words(tmp_path: Path) -> None:
    wrong = {"mails": [{"mail": "link realised", "to": "salaris@dekorst.example"}], "keylane is asked for": ["1"]}
    assert await what_is_wrong(changed(tmp_path, then=wrong)) == (
        f"{WHERE}, turn 1\n"
        "  when: form: bakery\n"
        "  mail: link realised to salaris@dekorst.example did not come\n"
        "  mail: registration received to salaris@dekorst.example came unexpectedly\n"
        "  keylane is asked for: 1 expected, 8106625 came"
    )


async def test_a_wrong_day_and_words_that_are_not_there_are_shown_beside_what_is(tmp_path: Path) -> None:
    path = changed(tmp_path)
    said = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    (mail,) = said["scenarios"][0]["turns"][2]["then"]["mails"]
    mail |= {"first exchange": "2027-01-06", "says": ["Slagerij"]}
    path.write_text(yaml.safe_dump(said), "utf-8")
    wrong = await what_is_wrong(path)
    assert (
        'link realised to salaris@dekorst.example says "Eerste uitwisseling: dinsdag 5 januari 2027" '
        'and not "Eerste uitwisseling: woensdag 6 januari 2027"\n' in wrong
    )
    assert 'does not say "Slagerij"; it says:\n    | Beste relatie,\n' in wrong
