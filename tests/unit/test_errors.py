from equipoise.errors import DataError, EquipoiseError, Finding, InputError, did_you_mean, nearest


def test_a_finding_is_its_place_and_what_was_expected() -> None:
    found = Finding("ae.xpt row 17 AESTDTC", "no date", "expected ISO 8601", "S30")
    assert str(found) == "ae.xpt row 17 AESTDTC: no date\n    expected ISO 8601  [rule S30]"
    assert str(Finding("a:1:2", "wrong", rule="P1")) == "a:1:2: wrong  [rule P1]"
    assert str(Finding("a:1:2", "wrong")) == "a:1:2: wrong"


def test_an_error_tells_every_finding() -> None:
    error = DataError([Finding("a", "one"), Finding("b", "two")])
    assert str(error) == "a: one\nb: two"
    assert len(error.findings) == 2


def test_whatever_is_raised_on_purpose_is_of_one_kind() -> None:
    assert issubclass(InputError, EquipoiseError)
    assert issubclass(InputError, ValueError)
    assert issubclass(DataError, EquipoiseError)


def test_the_nearest_word_is_offered_only_if_it_is_near() -> None:
    assert nearest("gbk", ["MBq", "GBq"]) == "GBq"
    assert did_you_mean("GBk", ["GBq"]) == "; did you mean GBq?"
    assert did_you_mean("furlong", ["GBq", "mg"]) == ""


def test_a_key_of_a_protocol_is_no_file():
    assert Finding("design.PFS", "m").where == {"file": None}
    assert Finding("dm.xpt row 3 AGE", "m").where["file"] == "dm.xpt"
