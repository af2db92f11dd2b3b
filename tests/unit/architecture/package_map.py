"""The map in a package's docstring: names of its modules in backticks, or patterns for several."""

import re
from collections.abc import Collection
from fnmatch import fnmatchcase

_NAMED = re.compile(r"`([a-z_*]+)`")


def map_faults(text: str, modules: Collection[str]) -> list[str]:
    """Modules that the map names not at all or more than once, and names in it that no module has."""
    named = _NAMED.findall(text)
    times = {module: sum(fnmatchcase(module, name) for name in named) for module in modules}
    amiss = [f"{module}: named {n} times" for module, n in times.items() if n != 1]
    return amiss + [f"{name}: no such module" for name in named if not any(fnmatchcase(m, name) for m in modules)]
