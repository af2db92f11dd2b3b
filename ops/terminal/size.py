"""Sizes of tables, as people read them."""

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def size(count: int) -> str:
    """Bytes in the largest unit that leaves a whole number."""
    unit, name = next(((unit, name) for unit, name in _UNITS if count >= unit), (1, "bytes"))
    return f"{count // unit} {name}"
