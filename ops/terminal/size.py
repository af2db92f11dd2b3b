"""Sizes of tables in words."""

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def size(count: int) -> str:
    """This number of bytes in the largest unit of which there is at least one, rounded down."""
    unit, name = next(((unit, name) for unit, name in _UNITS if count >= unit), (1, "bytes"))
    return f"{count // unit} {name}"
