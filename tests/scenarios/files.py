"""Every scenario of every file in this folder."""

from pathlib import Path
from typing import NamedTuple

from scenarios.story import Scenario, ScenarioFile, read_scenarios


class Told(NamedTuple):
    """A scenario, and the file that tells it."""

    path: Path
    file: ScenarioFile
    scenario: Scenario

    def __str__(self) -> str:
        return f"{self.path.stem}: {self.scenario.scenario}"


def _all() -> list[Told]:
    paths = sorted(Path(__file__).parent.glob("*.yaml"))
    files = [(path, read_scenarios(path)) for path in paths]
    return [Told(path, file, scenario) for path, file in files for scenario in file.scenarios]


SCENARIOS = _all()
