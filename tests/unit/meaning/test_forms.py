"""Forms, resolved once: every item has a home, and a protocol without forms has the plain ones."""

import polars as pl
import pytest

from equipoise.concepts.tables import concepts_of_tests, variable_concepts
from equipoise.conduct.record import COLUMNS
from equipoise.meaning.check import read
from equipoise.meaning.forms.derived import derive_answers
from equipoise.meaning.forms.model import Home, RecordCell
from equipoise.meaning.forms.resolve import forms_of
from support.conducted import small
from support.spec import SPEC

FORMS = SPEC / "valid" / "forms.yaml"
KINDS = {pl.String: "text", pl.Float64: "number", pl.Int64: "whole", pl.Date: "date",
         pl.Boolean: "truth"}  # fmt: skip


@pytest.fixture(scope="module")
def forms():
    return forms_of(read(FORMS))


def test_plain_forms_are_the_tables_of_the_record():
    plain = forms_of(small(10))
    assert list(plain) == ["baseline", "laboratory", "assessment", "lesion", "measurement",
                           "reading", "adverse event", "therapy"]  # fmt: skip
    for form in list(plain.values())[1:]:
        told = ("subject", "visit", "number", "date") if form.at_visit else ("subject",)
        columns = {k: KINDS[v] for k, v in COLUMNS[form.table].items() if k not in told}
        assert {item.key: item.kind for item in form.items} == columns
        assert {item.cells for item in form.items} == {
            (RecordCell(form.table, k),) for k in columns
        }


def test_the_plain_form_of_baseline_asks_factors_and_what_rules_read():
    items = {item.key: item for item in forms_of(small(10))["baseline"].items}
    assert list(items) == ["SEX", "REGION", "AGE"]
    assert [choice.code for choice in items["REGION"].choices] == ["north", "south"]
    assert items["REGION"].home == Home("SUPPDM", "QVAL", "REGION")


def test_every_item_has_a_home(forms):
    homes = {
        f"{key} {item.key}": str(item.home) for key, form in forms.items() for item in form.items
    }
    assert homes["laboratory HGB"] == "LB.LBORRES[HGB]"
    assert homes["laboratory HGB upper"] == "LB.LBSTNRHI[HGB]"
    assert homes["demographics UPTAKE"] == "SUPPDM.QVAL[UPTAKE]"
    assert homes["demographics SMOKER"] == "SUPPDM.QVAL[SMOKER]"
    assert homes["tumor assessment TRORRES"] == "TR.TRORRES[LDIAM|SAXIS]"
    assert homes["dosing ACTCAL"] == "SUPPEC.QVAL[ACTCAL]"
    assert homes["adverse event AEREL octreotide LAR"] == "SUPPAE.QVAL[AEREL2]"
    assert homes["QLQ-C30 Q30"] == "QS.QSORRES[Q30]"
    assert all(home.count(".") == 1 for home in homes.values())


def test_forms_are_opened_where_the_protocol_says(forms):
    assert forms["laboratory"].visits == ("baseline", "infusion", "unscheduled")
    assert forms["demographics"].visits == ("baseline",)
    assert forms["QLQ-C30"].visits == ("baseline",)
    assert forms["QLQ-C30"].by_patient
    assert forms["adverse event"].any_time
    assert forms["dosing"].arms == ("hot",)


def test_what_no_form_reaches_keeps_its_plain_form(forms):
    assert list(forms)[-1] == "therapy"
    assert not {"baseline", "lesion", "measurement", "reading"} & set(forms)


def test_words_units_terms_and_limits_come_from_the_concepts(forms):
    hemoglobin, size = forms["laboratory"].item("HGB"), forms["tumor assessment"].item("TRORRES")
    assert (hemoglobin.label, hemoglobin.units[:2]) == ("Hemoglobin", ("g/L", "g/dL"))
    assert (size.label, size.units, size.low) == ("Size", ("mm",), 0.0)
    race = forms["demographics"].item("RACE")
    assert race.choices[1] == ("ASIAN", "Asian")
    assert forms["adverse event"].item("AESTDTC").kind == "partial date"
    assert forms["laboratory"].item("LBDTC").in_window


def test_lesions_are_a_grid_and_new_ones_another(forms):
    grid, new, once = forms["tumor assessment"].parts
    assert (grid.rows, new.rows, once.rows) == ("lesions", "many", "one")
    assert [item.key for item in new.items] == ["new TULNKID", "new TULOC", "new TUEVAL"]
    assert [item.key for item in once.items] == ["RSORRES"]


def test_a_dose_is_derived_from_the_activity_that_was_calibrated(forms):
    """7.9 GBq at 08:00, given 12 h later: 7.9 x 2^(-0.5/6.647) = 7.4988, less 0.1 left behind."""
    said = {
        "ACTCAL": 7.9,
        "ACTRES": 0.1,
        "CALDTC": "2026-05-01T08:00",
        "EXSTDTC": "2026-05-01T20:00",
    }
    protocol = read(FORMS)
    assert derive_answers(protocol, forms["dosing"], said) == {"EXDOSE": 7.399}
    assert derive_answers(protocol, forms["dosing"], {**said, "CALDTC": None}) == {}
    whole = {**said, "EXSTDTC": "2026-05-07T23:31:41", "ACTRES": 0}  # one half life later
    assert derive_answers(protocol, forms["dosing"], whole) == {"EXDOSE": 3.95}


def test_every_concept_can_be_asked():
    known = {*variable_concepts(), *concepts_of_tests()}
    assert len(known) > 100
    for one in (*variable_concepts().values(), *concepts_of_tests().values()):
        assert len(one.domain) == 2, one.name
        for cell in one.record:
            table, column = cell.split(".")
            assert column in COLUMNS[table] or table == "subjects", one.name
        if one.kind in ("number", "whole") and one.code and one.domain in ("LB", "VS"):
            assert one.units, one.name
