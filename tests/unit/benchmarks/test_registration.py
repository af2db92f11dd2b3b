from itertools import islice

from benchmarks.registration import registrations
from ops.forms.synthetic import offers
from schemas.sealing import new_private_keys


def test_registrations_are_of_every_form_and_no_link_stands_twice() -> None:
    made = list(islice(registrations(new_private_keys()), 200))
    links = [link for one in made for link in one.links]
    assert {one.form.event.form["package"] for one in made} == {offer.package for offer in offers()}
    assert len(set(links)) == len(links) >= len(made)
    assert len({one.id for one in made}) == len(made)
