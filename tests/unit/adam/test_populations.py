import pytest

from equipoise.adam.model import ADaM
from equipoise.adam.subjects.populations import flag_name, members
from equipoise.errors import InputError
from support.street import day, derived, person, protocol, randomized, sdtm

POPULATIONS = {
    "ITT": {"label": "All", "who": "randomized", "flag": "ITTFL"},
    "everyone": {"who": "all"},
    "safety": {"who": "treated", "flag": "SAFFL", "arm": "as treated"},
    "old people": {"who": "AGE >= 65"},
}


def dose(who: str) -> dict[str, object]:
    row = {"EXTRT": "drug", "EXDOSE": 1.0, "EXSTDTC": day(2), "EXENDTC": day(3)}
    return {"USUBJID": who, **row}


def trial(**populations: object) -> ADaM:
    people = [
        person("S-1", AGE=70.0, ACTARMCD="N", ACTARM="N"),
        person("S-2", AGE=60.0, ACTARMCD="O", ACTARM="O"),
        person("S-3", AGE=None, ACTARMCD="N", ACTARM="N"),
    ]
    plan = protocol(populations=populations or POPULATIONS)
    return derived(
        sdtm(
            plan,
            DM=people,
            DS=[randomized(p["USUBJID"]) for p in people],
            EX=[dose("S-1"), dose("S-2")],
        )
    )


def test_flags_are_yes_or_no() -> None:
    adsl = trial().table("ADSL")
    assert adsl["ITTFL"].to_list() == ["Y", "Y", "Y"]
    assert adsl["EVERYOFL"].to_list() == ["Y", "Y", "Y"]
    assert adsl["SAFFL"].to_list() == ["Y", "Y", "N"]
    assert adsl[flag_name("old people", trial().protocol)].to_list() == ["Y", "N", "N"]


def test_the_safety_population_goes_by_what_was_taken() -> None:
    data = trial()
    inside = members(data.table("ADSL"), "safety", data.protocol)
    assert inside.select("USUBJID", "ARMKEY").rows() == [("S-1", "new"), ("S-2", "old")]
    everyone = members(data.table("ADSL"), "ITT", data.protocol)
    assert everyone["ARMKEY"].to_list() == ["new", "new", "new"]


def test_a_population_by_a_variable_that_is_not_there() -> None:
    wrong = {**POPULATIONS, "evaluable": {"who": 'BORFLL = "Y"'}}
    with pytest.raises(InputError, match='reads "BORFLL", which ADSL does not have'):
        trial(**wrong)
