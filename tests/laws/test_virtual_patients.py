"""Virtual patients keep the laws of the clinic, whatever the seed."""

import pytest

from support.wards import dose_laws, lab_laws, last_day_laws, recist_laws

SEEDS = (1, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_doses_obey_the_rules_of_the_protocol(seed):
    dose_laws(seed)


def test_laboratory_values_fall_and_come_back():
    lab_laws()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_happens_after_death(seed):
    last_day_laws(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_lesions_say_what_fate_has_set(seed):
    recist_laws(seed)
