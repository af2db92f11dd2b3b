"""What the migration says of a URL that is none, or leads nowhere: never a part of its password."""

import pytest

from services.migrate import main

NO_URL = "KOPPELING_ADMIN_URL is no URL of Postgres"
NOBODY = "Postgres at 127.0.0.1:1 cannot be used: refused, nothing listens at that port"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("hush", NO_URL),
        ("host=127.0.0.1 password=hush", NO_URL),
        ("postgresql://u:hush word@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:hush%zz@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:p@hush@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:[hush@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:p?hush=word@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:hush\udcff@127.0.0.1:1/db", NO_URL),
        ("mysql://u:hush@127.0.0.1:1/db", NO_URL),
        ("postgresql://u:hush@127.0.0.1:1/db", NOBODY),
        (
            "postgresql://u:hush@postgres.invalid/db",
            "Postgres at postgres.invalid cannot be used: no such host is found",
        ),
        ("postgresql://127.0.0.1:hush/db", NO_URL),
        ("postgresql://u:hush@127.0.0.1:1,127.0.0.1:2/db", "KOPPELING_ADMIN_URL names several hosts"),
        ("postgresql://u:hu,sh@127.0.0.1:1/db", NOBODY),
        ("", "KOPPELING_ADMIN_URL is not set"),
    ],
)
def test_what_leads_to_no_postgres_is_said_without_a_part_of_the_password(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPPELING_ADMIN_URL", url)
    with pytest.raises(SystemExit) as ended:
        main()
    assert str(ended.value).startswith(said)
    assert "hush" not in str(ended.value)
