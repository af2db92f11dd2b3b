from random import Random

from faults.simulation.customers import Customers
from faults.simulation.publishers import Publishers
from faults.simulation.scenario import Reply, Told
from ops.forms.synthetic import SyntheticForm

REFERENCE = "0VBH9BATYBD"
MAIL = f"Referentie: {REFERENCE}\r\nCode: AAAAA-BBBBB\r\n".encode()


def test_who_has_more_to_say_than_it_got_mails_is_silent_until_it_has_said_all() -> None:
    said: list[Told] = []
    replies = [Reply(SyntheticForm("urn:form", str(number), {"kind": "withdrawal"}), 1.0) for number in range(2)]
    customers = Customers({REFERENCE: replies}, Publishers(Random(1), 4, duplicates=False), said.append)
    assert customers.silent == {REFERENCE}
    customers.mailed(MAIL)
    assert (customers.silent, len(said)) == ({REFERENCE}, 1)
    customers.mailed(MAIL)
    assert (customers.silent, len(said)) == (set(), 2)


def test_who_waits_for_what_keylane_needs_answers_no_other_mail() -> None:
    said: list[Told] = []
    reply = Reply(SyntheticForm("urn:form", "1", {"kind": "withdrawal"}), 1.0, asked=True)
    customers = Customers({REFERENCE: [reply]}, Publishers(Random(1), 4, duplicates=False), said.append)
    customers.mailed(MAIL)
    assert (customers.silent, said) == ({REFERENCE}, [])
    customers.mailed(b"Keylane kan niet verder. Doe=\r\n eerst dit.\r\n" + MAIL)
    assert (customers.silent, len(said)) == (set(), 1)
