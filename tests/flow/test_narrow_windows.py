"""What people read on a telephone: nothing of it lies beside the window, and the code in a mail least of all."""

from pathlib import Path
from quopri import decodestring

import pytest
from browser import width_needed

from schemas.ids import reference
from services.monitor.difference import Reconciled, Row
from services.monitor.page import State, page
from services.monitor.picture import Alert, Column, Minute, Picture
from services.monitor.stage import Stage
from services.notifier.mails.letter import Letter, Paragraph, Points, Table
from services.notifier.mails.quoted import quoted

TELEPHONE = 360
LONG = "administratie.salarissen@een-lange-naam-van-een-verzonnen-kantoor.voorbeeld.example"
IDS = [f"{number:08x}-0000-8000-8000-000000000000" for number in range(3)]
REFERENCES = tuple(map(reference, IDS))


def mail() -> str:
    rows = ("Raamwerkcontractnummer", "A020777123"), ("E-mail salarisverwerker", LONG), ("Code", "CGB2K-STTNY")
    blocks = Paragraph("De salariskoppeling voor ", LONG, " werkt."), Table(rows), Points((LONG,))
    return decodestring(quoted(Letter("Salariskoppeling werkt", blocks))[1].encode()).decode()


def live_view() -> str:
    now = 10**12
    columns = tuple(Column(stage, 123_456, 10**6, 10**5, 10**6) for stage in Stage)
    alerts = tuple(Alert(one, reference(one), Stage.CUSTOMER_ACTION_NEEDED, 0, 10**6) for one in IDS)
    minutes = tuple(Minute(now, 40, 30, 2) for _ in range(60))
    differences = (Row(Stage.ACCEPTED_BY_KEYLANE, Stage.CUSTOMER_ACTION_NEEDED, 123, now - 10**7, REFERENCES),)
    seen = Picture(now, 123_456, columns, 17, 812, alerts, minutes)
    return page(seen, State(True, 123_456, 5, Reconciled(123_456, now, now, differences)), refresh=False)


@pytest.mark.parametrize("html", [mail(), live_view()], ids=["mail", "live view"])
async def test_a_telephone_shows_all_of_it(html: str, tmp_path: Path) -> None:
    assert await width_needed(html, TELEPHONE, tmp_path) <= TELEPHONE
