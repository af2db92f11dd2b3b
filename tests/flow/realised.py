"""Registrations whose story is over, for what is done to them afterwards."""

from forms import loket_form
from onboarding import Onboarding


async def realised(onboarding: Onboarding, names: list[str], number: int) -> list[str]:
    """Registrations that have their mail."""
    registrations = await onboarding.submit({name: loket_form(number + n) for n, name in enumerate(names)})
    assert await onboarding.confirmations(registrations) == [1] * len(names)
    await onboarding.all_said(registrations)
    return registrations
