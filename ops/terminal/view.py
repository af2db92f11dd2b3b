"""The base of the values that commands show, which are printed as JSON as they are."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """A frozen part of an answer; its field names are those of `--json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
