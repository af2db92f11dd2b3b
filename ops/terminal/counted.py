"""How much there is, in words."""

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def counted(count: int, noun: str) -> str:
    """1 record, 2 records, 12,000 records."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """This number of bytes in the largest unit of which there is at least one, rounded down."""
    unit, name = next(((unit, name) for unit, name in _UNITS if count >= unit), (1, "bytes"))
    return f"{count // unit} {name}"
