from datetime import date
from pathlib import Path

import pytest

from payroll.row_file import RowFileError
from services.enrichment.policies import PolicyRow, read_file, read_policies

HEADER = (
    "raamwerkcontractnummer,loonheffingennummer,policy_numbers,products,starts_on,insured_groups,salary_notion,"
    "mandate_present"
)
GOOD = "a020 1234,1234.56.782.L.01,P1; P2,WIA Excedent;Verzuim,2026-01-01,,SV-loon,Yes"


def test_a_file_is_read_column_by_column() -> None:
    assert read_policies([HEADER, GOOD]) == [
        PolicyRow(
            raamwerkcontractnummer="A0201234",
            loonheffingennummer="123456782L01",
            policy_numbers=("P1", "P2"),
            products=("WIA Excedent", "Verzuim"),
            starts_on=date(2026, 1, 1),
            insured_groups=(),
            salary_notion="SV-loon",
            mandate_present=True,
        )
    ]


@pytest.mark.parametrize("typed", [("yes", "no"), ("Ja", "Nee"), ("WAAR", "ONWAAR"), ("true", "false"), ("1", "0")])
def test_a_mandate_is_told_in_english_or_dutch(typed: tuple[str, str]) -> None:
    rows = [read_policies([HEADER, f"{GOOD.rpartition(',')[0]},{one}"])[0] for one in typed]
    assert [row.mandate_present for row in rows] == [True, False]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(RowFileError, match=r"line 1: missing columns products, mandate_present"):
        read_policies([HEADER.replace(",products", "").replace(",mandate_present", "")])


@pytest.mark.parametrize("lines", [[HEADER], [HEADER, "", ""]])
def test_a_file_with_nothing_below_the_names_of_its_columns_is_refused(lines: list[str]) -> None:
    with pytest.raises(RowFileError, match="no line stands below"):
        read_policies(lines)


def test_the_line_that_is_no_utf_8_is_the_one_that_is_named(tmp_path: Path) -> None:
    path = tmp_path / "policies.csv"
    path.write_bytes("\n".join([HEADER, GOOD, GOOD.replace("Verzuim", "Verzuim é")]).encode("latin-1"))
    with pytest.raises(RowFileError, match=r"^line 3: not in UTF-8; save the file as CSV in UTF-8$"):
        read_file(path)
    path.write_bytes(f"\ufeff{HEADER}\r{GOOD}\r".encode())
    assert len(read_file(path)) == 1


def test_every_faulty_line_is_named_with_its_columns_and_no_value() -> None:
    lines = [
        HEADER,
        "A0201234,123456789L01,P1,WIA Excedent,2026-13-01,,SV-loon,yes",
        GOOD,
        "A0201234,123456782L01,,WIA Excedent,2026-01-01,,SV-loon,maybe",
        "A0201234",
    ]
    with pytest.raises(RowFileError) as caught:
        read_policies(lines)
    assert str(caught.value).splitlines() == [
        (
            "line 2: wrong loonheffingennummer (LHNR_CHECK_DIGIT), starts_on (no day such as 2026-01-31: give its "
            "column that format, in a Dutch Excel jjjj-mm-dd)"
        ),
        "line 4: wrong policy_numbers (empty), mandate_present (neither yes nor no)",
        (
            "line 5: wrong loonheffingennummer (empty), policy_numbers (empty), products (empty), starts_on (empty), "
            "salary_notion (empty), mandate_present (empty)"
        ),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (GOOD.replace("2026-01-01", "01-01-2026"), r"wrong starts_on \(no day such as 2026-01-31: .* jjjj-mm-dd\)"),
        (GOOD.replace("SV-loon", "x" * 201), r"wrong salary_notion \(not 1 to 200 printable characters\)"),
        (GOOD.replace("P1; P2", ";"), r"wrong policy_numbers \(not 1 to 200 printable characters\)"),
        (GOOD.replace("Verzuim", "x;" * 50), r"wrong products \(more than 50\)"),
        (GOOD + ",more", "more values than columns: one with a separator in it needs quotes"),
    ],
)
def test_a_faulty_line_says_what_is_expected(line: str, said: str) -> None:
    with pytest.raises(RowFileError, match=f"^line 2: {said}$"):
        read_policies([HEADER, line])


def test_a_line_twice_is_one_policy_and_two_policies_for_the_same_numbers_are_a_fault() -> None:
    assert len(read_policies([HEADER, GOOD, GOOD])) == 1
    with pytest.raises(
        RowFileError,
        match="line 3: an earlier line has another row for the same raamwerkcontract",
    ):
        read_policies([HEADER, GOOD, GOOD.replace("P1", "P9")])


@pytest.mark.parametrize(
    "line",
    [
        GOOD.replace("2026-01-01", "20260101"),
        GOOD.replace("2026-01-01", "2026-W01-4"),
        GOOD.replace("WIA Excedent", "WIA\x00"),
        GOOD.replace("P1; P2", ";"),
        GOOD.replace("SV-loon", "x" * 201),
        GOOD.replace("Verzuim", "x" * 201),
        GOOD.replace("P1; P2", ";".join(f"P{number}" for number in range(51))),
        GOOD + ",more",
        GOOD.replace(",SV-loon", ',"SV-loon'),
    ],
)
def test_a_line_that_is_almost_right_is_named(line: str) -> None:
    with pytest.raises(RowFileError, match=r"^line [23]: "):
        read_policies([HEADER, line])


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(RowFileError, match="line 1: columns that stand twice: products"):
        read_policies([HEADER + ",products", GOOD + ",Verzuim"])


@pytest.mark.parametrize(("faulty", "more"), [(100, []), (120, ["and 20 more"])])
def test_of_many_faults_the_first_hundred_are_named_and_the_others_counted(faulty: int, more: list[str]) -> None:
    with pytest.raises(RowFileError) as caught:
        read_policies([HEADER, *["A0201234"] * faulty])
    said = str(caught.value).splitlines()
    assert (said[99].partition(":")[0], said[100:]) == ("line 101", more)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_columns_may_be_separated_as_a_dutch_excel_does_it(separator: str) -> None:
    typed = GOOD.split(",") if separator == "\t" else [f'"{cell}"' if ";" in cell else cell for cell in GOOD.split(",")]
    lines = [HEADER.replace(",", separator), separator.join(typed)]
    assert read_policies(lines) == read_policies([HEADER, GOOD])
    with pytest.raises(RowFileError, match="line 2: more values than columns: one with a separator in it needs quotes"):
        read_policies([lines[0], f"P1{separator}{lines[1]}"])


@pytest.mark.parametrize("line", [1, 3])
def test_a_quote_that_nothing_closes_is_looked_for_where_its_row_begins(line: int) -> None:
    lines = [HEADER, GOOD, GOOD, GOOD, GOOD]
    lines[line - 1] = lines[line - 1].replace(",sal", ',"sal').replace("SV-loon", '"SV-loon')
    with pytest.raises(RowFileError, match=rf"^line {line}: not readable as CSV \(unexpected end of data\)"):
        read_policies(lines)


@pytest.mark.parametrize("blank", [",,,,,,,", " , ,,,,,,", ",", ",,,,,,,,,,"])
def test_rows_of_nothing_but_commas_are_passed_over(blank: str) -> None:
    assert read_policies([HEADER, GOOD, blank]) == read_policies([HEADER, GOOD])
