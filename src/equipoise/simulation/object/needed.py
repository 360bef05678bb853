"""What published figures need of a trial: the rest is neither drawn nor derived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from equipoise.adam.subjects.populations import condition_of, flag_name
from equipoise.adam.time.handling import handling
from equipoise.adam.time.origins import origin_source, worsening
from equipoise.analysis.laboratory import LABORATORY_GRADE
from equipoise.conduct.record import COLUMNS
from equipoise.patients.virtual_trial import TUMORS
from equipoise.protocol import Protocol
from equipoise.protocol.language.conditions import names, parse_condition
from equipoise.protocol.model import DateSource, Endpoint, Estimand, Published, altered

ANY_CONTACT = ("LSTALVDT", "FUPDUR")
"""Variables of ADSL that every table of the record may move."""

_OF_TUMORS = "BORFL"
_ALWAYS = frozenset({"subjects", "doses", "milestones", "exceptions"})
_MADE_OF = {
    **dict.fromkeys(("ADSL", "DM", "SUPPDM", "DS", "EX", "ADEX"), _ALWAYS),
    **dict.fromkeys(("ADRS", "ADTR", "RS", "TR", "TU"), TUMORS),
    **dict.fromkeys(("ADQS", "QS", "ADVS", "VS"), frozenset({"assessments"})),
    **dict.fromkeys(("ADAE", "AE"), frozenset({"events"})),
    **dict.fromkeys(("ADCM", "CM"), frozenset({"therapies"})),
    **dict.fromkeys(("ADLB", "LB"), frozenset({"labs"})),
    "SV": frozenset({"visits"}),
}
"""Dataset or domain -> the tables of the record behind it, but for `ANY_CONTACT` and BORFL."""


class Needed(NamedTuple):
    """Tables of the record; estimands and populations by key, None being every one."""

    tables: frozenset[str]
    estimands: frozenset[str] | None
    populations: frozenset[str] | None

    @property
    def is_all(self) -> bool:
        """Whether `ANY_CONTACT` can be derived too."""
        return self.tables >= set(COLUMNS)

    def of(self, protocol: Protocol) -> Protocol:
        """The protocol with nothing but these estimands and populations."""
        asked = {"estimands": self.estimands, "populations": self.populations}
        kept = {
            name: {key: one for key, one in getattr(protocol, name).items() if key in keys}
            for name, keys in asked.items()
            if keys is not None
        }
        return altered(protocol, **kept) if kept else protocol


EVERYTHING = Needed(frozenset(COLUMNS), None, None)


def needed(protocol: Protocol, figures: Sequence[Published]) -> Needed:
    """The tables that these figures are made of; everything where that cannot be told.

    Told is what times to event and counts of safety read.
    Checked  tests/twins/test_together.py: the figures are those of whole trials.
    """
    keys = dict.fromkeys(f.estimand for f in figures if f.estimand in protocol.estimands)
    estimands = [protocol.estimands[key] for key in keys]
    if any(protocol.endpoints[e.endpoint].type != "time to event" for e in estimands):
        return EVERYTHING
    populations = {protocol.safety.population, *(e.population for e in estimands)}
    populations &= set(protocol.populations)
    sources = [s for e in estimands for s in _sources(protocol, e)]
    datasets = {source.from_ for source in sources} | _of_safety(protocol, figures)
    read = {word for e in estimands for word in _words(e, protocol.endpoints[e.endpoint])}
    read |= {source.date for source in sources}
    said = [source.where for source in sources]
    said += [condition_of(protocol.populations[key]) for key in populations]
    read |= {name for where in said if where for name in names(parse_condition(where))}
    flags = {flag_name(key, protocol) for key in protocol.populations}
    if read & {*ANY_CONTACT, *flags} or not datasets <= set(_MADE_OF):
        return EVERYTHING
    tables = _ALWAYS.union(*(_MADE_OF[name] for name in datasets))
    tables |= TUMORS if _OF_TUMORS in read else frozenset()
    return Needed(tables, frozenset(keys), frozenset(populations))


def _sources(protocol: Protocol, estimand: Estimand) -> Iterator[DateSource]:
    """Everything that a time to event takes dates from."""
    endpoint = protocol.endpoints[estimand.endpoint]
    rules = handling(estimand, endpoint, protocol)
    yield from (*worsening(endpoint), *endpoint.event, *endpoint.censor)
    yield from (*rules.ending, *rules.composite)
    yield from filter(None, (origin_source(endpoint), endpoint.among))


def _words(estimand: Estimand, endpoint: Endpoint) -> Iterator[str]:
    """Every word that may be a variable of ADSL, outside the sources."""
    for text in (endpoint.from_, *estimand.covariates, str(estimand.options)):
        yield from re.findall(r"\w+", text)


def _of_safety(protocol: Protocol, figures: Sequence[Published]) -> set[str]:
    """The datasets that figures of no estimand are counted in."""
    counted = [f for f in figures if f.estimand not in protocol.estimands]
    of_values = [f for f in counted if f.statistic.startswith(LABORATORY_GRADE)]
    return {*(["AE"] if len(counted) > len(of_values) else []), *(["LB"] if of_values else [])}
