"""The payroll packages on offer, one module each, found automatically: a new package is just a new file here."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from payroll.package import Package


def slugs() -> list[str]:
    """The slug of every package, in alphabetical order: its module's name, so that no module has to be imported."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@cache
def packages() -> Mapping[str, Package]:
    """Every package by its slug, in alphabetical order; each module declares one as `PACKAGE`."""
    declared: list[Package] = [import_module(f"{__name__}.{module}").PACKAGE for module in slugs()]
    return MappingProxyType({package.slug: package for package in declared})
