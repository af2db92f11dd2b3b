"""A form as one scenario sends it: addresses and numbers that are its own, and secrets that only Keylane can open."""

from collections.abc import Mapping
from typing import Any

from scenarios.scenario_world import World

from payroll.packages import packages
from schemas.sealing import Binding, seal

SECRETS = {name for package in packages().values() for name in (*package.secrets, *package.processor_secrets)}


class Costume:
    """What a file writes, as this world sees it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def dressed(self, said: Any) -> Any:
        """Every text in it as this scenario's own."""
        match said:
            case str():
                return self._world.own(said)
            case list():
                return [self.dressed(one) for one in said]
            case dict():
                return {name: self.dressed(one) for name, one in said.items()}
            case _:
                return said

    def sealed(self, form: Mapping[str, Any], registration: str) -> dict[str, Any]:
        """The form as it leaves the web form: its secrets sealed for this registration, each for its connection."""
        sealed = self._with_secrets_sealed(form, registration, 0)
        if isinstance(form.get("connections"), list):
            sealed["connections"] = [
                self._with_secrets_sealed(one, registration, one.get("connection", number))
                for number, one in enumerate(form["connections"], start=1)
            ]
        return sealed

    def _with_secrets_sealed(self, part: Mapping[str, Any], registration: str, connection: int) -> dict[str, Any]:
        return {
            name: seal(value, self._world.keys, Binding(registration, connection, name)) if name in SECRETS else value
            for name, value in part.items()
        }
