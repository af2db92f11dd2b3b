"""The employer whom a processor registers: where it asked for that, and that it is taken up."""

from stream.document import Document, DocumentKey
from stream.service import Case

from .documents import EmployerRequest
from .named_form import NamedForm


def employer_email(case: Case[None], named: NamedForm) -> str | None:
    """Where the employer asked for the link that this form is about; None where it did not."""
    requests = _requests(case, named).values()
    return next(filter(None, (request.email_for(named.number) for request in requests)), None)


def taken_up(case: Case[None], named: NamedForm) -> dict[DocumentKey, Document]:
    """The employer's requests that this registration takes up, where they were not taken up already."""
    requests = _requests(case, named)
    after = {key: request.taken_up_for(named.number) for key, request in requests.items()}
    return {key: request for key, request in after.items() if request is not requests[key]}


def _requests(case: Case[None], named: NamedForm) -> dict[DocumentKey, EmployerRequest]:
    found = ((key, case.documents.get(EmployerRequest, key)) for key in named.requests)
    return {DocumentKey(EmployerRequest.kind, key): request for key, request in found if request}
