"""What registrations wait for: a confirmed processor, the employer's own request, the end of another registration.

Also what wakes one that waits for nothing: a successor that is ready, or claims that it has to give back.

A processor is identified by its address; an employer by the nine digits of its loonheffingennummer, otherwise by its
contract, otherwise by its name, which others may have: a request that names another contract is not its own. Keys are
hashed: they stand in tables and errors.
"""

from payroll.address_key import address_key, hashed
from payroll.form import Form, LinkRequest
from schemas.ids import RegistrationId

_EMPLOYER_DIGITS = 9


def of_processor(email: str, credentials: str | None = None) -> str:
    """Opened when the processor is confirmed; with the credentials of this package, where they are needed."""
    return f"processor:{address_key(email)}" + (f":{credentials}" if credentials else "")


def of_end(registration: RegistrationId) -> str:
    """Opened when the registration that this one supersedes has answered."""
    return f"answered:{registration}"


def of_wrong_code(registration: RegistrationId) -> str:
    """Opened when this one named a registration to supersede, but did not have its code."""
    return f"wrong-code:{registration}"


def of_readiness(registration: RegistrationId) -> str:
    """Opened when this one, which supersedes another, waits for nothing but that one's end."""
    return f"ready:{registration}"


def of_return(registration: RegistrationId) -> str:
    """Opened when this one has claims to give back; opened anew each time."""
    return f"returns:{registration}"


def of_leaving(request: str) -> str:
    """Opened when a registration for this request (its gate) is gone, or has come late; opened anew each time."""
    return f"left:{request}"


def of_request(request: LinkRequest) -> tuple[str, ...]:
    """Every name under which a registration may look for this request."""
    contract, name = request.raamwerkcontractnummer, _by_name(request.company_name)
    by_contract = _by_contract(contract) if contract else _without_contract(name)
    known = (_by_lhnr(request.loonheffingennummer), by_contract, name)
    return tuple(_of_employer(request.processor_email, name) for name in known)


def of_numbers(processor: str, lhnr: str, contract: str) -> tuple[str, ...]:
    """The names by numbers of an employer's request to this processor (its address)."""
    return tuple(_of_employer(processor, name) for name in (_by_lhnr(lhnr), _by_contract(contract)))


def of_employer(form: Form) -> tuple[str, ...]:
    """The requests any of which is this employer's own: by its best number, and by its name when it has no LHNR."""
    return tuple(_of_employer(form.email, name) for name in _names(form))


def whole_number(lhnr: str) -> str:
    """The loonheffingennummer, sub-number included, as requests are remembered by."""
    return hashed(lhnr)


def contract_or_name(form: Form) -> str:
    """What an employer is known by beside its number, as whoever was told of its registration is remembered by."""
    contract = form.raamwerkcontractnummer
    return hashed(_by_contract(contract) if contract else _by_name(form.company_name))


def _names(form: Form) -> tuple[str, ...]:
    if form.loonheffingennummer:
        return (_by_lhnr(form.loonheffingennummer),)
    name = _by_name(form.company_name)
    if form.raamwerkcontractnummer:
        return _by_contract(form.raamwerkcontractnummer), _without_contract(name)
    return (name,)


def _by_name(company: str) -> str:
    return f"name {' '.join(company.casefold().split())}"


def _without_contract(name: str) -> str:
    return f"no contract, {name}"


def _by_lhnr(lhnr: str) -> str:
    return f"lhnr {lhnr[:_EMPLOYER_DIGITS]}"


def _by_contract(contract: str) -> str:
    return f"contract {contract}"


def _of_employer(processor: str, name: str) -> str:
    asked = f"{processor.casefold()}\n{name}"
    return f"request:{hashed(asked)}"
