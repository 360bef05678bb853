"""The summary for people who are no experts, in the ten parts that EU law asks for.

Source  Regulation (EU) 536/2014, Annex V: its ten headings in its order; the sentences are ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from equipoise.analysis.results import Results
from equipoise.errors import InputError, did_you_mean, expect
from equipoise.meaning.hypotheses import Hypothesis
from equipoise.reporting.claims import standing
from equipoise.reporting.documents.paper.model import Block, Chapter, PaperDocument, Sentence
from equipoise.reporting.documents.people import to_write
from equipoise.reporting.documents.readability import reading_lines
from equipoise.reporting.labels import lowered, term_label
from equipoise.reporting.model import DASH, Cell, Display, Line, Number, listed, run
from equipoise.reporting.numbers import Numbers
from equipoise.reporting.words import Style, capital
from equipoise.reporting.writers.page import Stamp

_PLAIN: Final = Style("plain", ((0.001, 3),), whole_below=math.inf)
"""Percentages are whole, so that they can be said as people out of 100."""

_COMMON, _SHOWN = 0.05, 10  # a common event: so many in an arm; how many are listed
_KNEW: Final = {
    "open label": "Everyone knew who got which treatment.",
    "single blind": "The patients did not know which treatment they got.",
    "double blind": "Neither patients nor doctors knew who got which treatment.",
    "triple blind": "Neither patients, doctors nor the analysts knew who got which treatment.",
}
_HARMS: Final = (
    ("any grade", "had an unwanted event of some kind"),
    ("serious", "had a serious unwanted event"),
    ("leading to stop", "stopped treatment because of one"),
    ("fatal", "had one that led to death"),
)
_TEN: Final = (
    "Clinical trial identification",
    "Name and contact details of the sponsor",
    "General information about the clinical trial",
    "Population of subjects",
    "Investigational medicinal products used",
    "Description of adverse reactions and their frequency",
    "Overall results of the clinical trial",
    "Comments on the outcome of the clinical trial",
    "Indication if follow up clinical trials are foreseen",
    "Indication where additional information could be found",
)


def plain_summary(
    results: Results, *, language: str = "en", text: Mapping[str, str] | None = None
) -> PaperDocument:
    """The plain summary of a look: ten parts in the order of EU law, frequencies out of 100.

    language : en
    text : people's texts by key, plain.title and so on
    Every number is a row of `results`; the reading level and the longest sentence stand on top.
    Raises   InputError for another language.
    """
    expect(results, Results)
    if language != "en":
        raise InputError(
            f'language: found "{language}", expected en{did_you_mean(language, ["en"])}'
        )
    made = _Plain(results, text or {})
    parts = (
        made.identity(), made.sponsor(), made.about(), made.people(), made.treatments(),
        made.harms(), made.outcomes(), made.comments(), made.more_trials(), made.more_to_read(),
    )  # fmt: skip
    chapters = tuple(
        Chapter(f"part-{i}", title, tuple(part), str(i))
        for i, (title, part) in enumerate(zip(_TEN, parts, strict=True), 1)
    )
    stamp = Stamp.of(results)
    under = [stamp.head, *reading_lines(chapters)]
    title = (text or {}).get("plain.title") or results.data.protocol.trial.title
    foot = f"Equipoise: {stamp.digests}"
    return PaperDocument("plain", title, chapters, tuple(under), stamp.head, foot)


class _Plain:
    """The ten parts of one look."""

    def __init__(self, results: Results, text: Mapping[str, str]) -> None:
        self.results, self.text = results, text
        self.protocol = results.data.protocol
        self.numbers = Numbers(results, _PLAIN)
        self.arms = {key: arm.label for key, arm in self.protocol.arms.items()}

    def _ask(self, key: str, asks: str) -> Block:
        return to_write(self.text, f"plain.{key}", asks)

    def identity(self) -> Iterator[Block]:
        yield self._ask("title", "a title that everybody understands")
        yield Sentence((f"The trial is called {self.protocol.trial.id}.",))
        for name, number in self.protocol.trial.registers.items():
            yield Sentence((f"Its number for {name} is {number}.",))

    def sponsor(self) -> Iterator[Block]:
        if self.protocol.trial.sponsor:
            yield Sentence((f"The trial was run by {self.protocol.trial.sponsor}.",))
        yield self._ask("contact", "how to reach the sponsor")

    def about(self) -> Iterator[Block]:
        if self.results.data.virtual:
            yield Sentence(("The people in this summary are simulated. No one was treated.",))
        yield self._ask("reasons", "why the trial was done")
        names = listed([(label,) for label in self.arms.values()])
        yield Sentence(run("The trial compared ", names, "."))
        yield Sentence(("Chance alone decided who got which treatment.",))
        if self.protocol.provenance.get("/trial/masking", {}).get("kind") != "default":
            yield Sentence((_KNEW[self.protocol.trial.masking],))
        date = self.results.data.date
        if date:
            yield Sentence((f"The results are those known on {date.day} {date:%B %Y}.",))
        yield self._ask("places", "where the trial was done, and when it began and ended")

    def people(self) -> Iterator[Block]:
        everyone = self.numbers.cell("flow", "randomized", group="all")
        yield Sentence(run(everyone, " people took part."))
        if self.protocol.population.condition:
            yield Sentence((f"All of them had {self.protocol.population.condition}.",))
        women = self._of_baseline("proportion", "SEX: F")
        if women is not None:
            yield Sentence(run("Of them, ", self._out_of(women, " out of 100"), " were women."))
        age = self._of_baseline("median", "AGE")
        low, high = (self._of_baseline(name, "AGE") for name in ("minimum", "maximum"))
        if age is not None and low is not None and high is not None:
            yield Sentence(run("They were ", low, " to ", high, " years old."))
            yield Sentence(run("Half of them were ", age, " years old or older."))
        yield self._ask("who", "who could take part and who could not, in plain words")
        yield self._ask("regions", "how many took part in each country or region")

    def treatments(self) -> Iterator[Block]:
        for key, label in self.arms.items():
            n = self.numbers.cell("flow", "randomized", group=key)
            yield Sentence(run(n, f" people were in the group for {label}."))
        yield self._ask("treatments", "what each treatment is and how it was given")

    def harms(self) -> Iterator[Block]:
        if self.results.select(analysis="safety").is_empty():
            yield Sentence(("The data hold no unwanted events.",))
            return
        yield Sentence(("Doctors wrote down unwanted events, whatever the cause.",))
        for kind, words in _HARMS:
            for key, label in self.arms.items():
                share = self.numbers.find("safety", f"{kind} proportion", group=key)
                if share is not None:
                    yield Sentence(run(f"With {label}, ", self._out_of(share), f" {words}."))
        table = self._common()
        if table is not None:
            yield table
        yield self._ask("harms", "which of these events the treatment may cause")

    def _common(self) -> Display | None:
        """The most common events by name, each arm's people out of 100."""
        rows = self.results.select(analysis="safety", statistic="any grade proportion")
        table = self.results.data.tables.get("ADAE")
        named = table is not None and "AEBODSYS" in table.columns
        classes = set(table["AEBODSYS"]) if table is not None and named else set()
        shares: dict[str, float] = {}
        for term, share in rows.select("term", "value").iter_rows():
            if term and term not in classes and term.partition(": ")[0] not in classes:
                shares[term] = max(shares.get(term, 0.0), share or 0.0)
        often = sorted(shares.items(), key=lambda one: -one[1])
        common = [term for term, share in often if share >= _COMMON][:_SHOWN]
        if not common:
            return None
        lines = tuple(Line(capital(term_label(t)), tuple(self._arms_of(t))) for t in common)
        note = "The most common events, whatever their cause."
        heads = tuple((label,) for label in self.arms.values())
        return Display("common", "1", "Common unwanted events", heads, lines, (note,), words=True)

    def _arms_of(self, term: str) -> Iterator[Cell]:
        for key in self.arms:
            share = self.numbers.find("safety", "any grade proportion", group=key, term=term)
            yield DASH if share is None else self._out_of(share, " out of 100")

    def outcomes(self) -> Iterator[Block]:
        for role, which in (("primary", "The main"), ("secondary", "Another")):
            for key, estimand in self.protocol.estimands.items():
                if estimand.role != role:
                    continue
                about = estimand.label or self.protocol.endpoints[estimand.endpoint].label
                yield Sentence((f"{which} question was about {lowered(about)}.",))
                yield from self._events(estimand.endpoint)
                yield from self._seen(key)
                yield self._rule(key)

    def _events(self, endpoint: str) -> Iterator[Block]:
        names = [(lowered(source.name),) for source in self.protocol.endpoints[endpoint].event]
        if names:
            yield Sentence(run("An event was ", listed(names, " or "), "."))

    def _seen(self, key: str) -> Iterator[Block]:
        """What was seen in each group."""
        estimand = self.protocol.estimands[key]
        kind = self.protocol.endpoints[estimand.endpoint].type
        for arm, label in self.arms.items():
            rate = self.numbers.find(key, "rate", group=arm)
            if kind == "proportion" and rate is not None:
                yield Sentence(run(f"With {label}, ", self._out_of(rate), " reached it."))
            mean = next(iter(self._means(key, arm)), None)
            if mean is not None:
                yield Sentence(run(f"With {label}, the average was ", mean, "."))
            yield from self._times(key, arm, label)

    def _times(self, key: str, arm: str, label: str) -> Iterator[Block]:
        """Of a time to an event: how many had it, and how many had not at a time."""
        estimand = self.protocol.estimands[key]
        events, n = (self.numbers.find(key, name, group=arm) for name in ("events", "n"))
        if events is not None and n is not None:
            yield Sentence(run(f"With {label}, ", events, " of ", n, " people had an event."))
        for span in estimand.at[-1:]:
            free = self.numbers.find(key, "survival", group=arm, at=span.days)
            if free is not None:
                had = f" out of 100 had no event for {span}."
                yield Sentence(run("By our best estimate, ", self._out_of(free, ""), had))

    def _means(self, key: str, arm: str) -> Iterator[Number]:
        rows = self.results.select(analysis=key, statistic="LS mean", group=arm, subgroup="")
        for term in rows["term"][:1]:
            found = self.numbers.find(key, "LS mean", group=arm, term=term)
            yield from [found] if found is not None else []

    def _rule(self, key: str) -> Block:
        """What the rule set beforehand says, without a word about what it means."""
        place = standing(self.results, self.numbers, key)
        if place.hypothesis is None:
            return Sentence(("No rule for this was set beforehand. Chance may explain it.",))
        if place.crossed:
            return Sentence(("The difference met the rule that was set before the trial.",))
        if not place.said:
            return self._tested(key, place.hypothesis)
        return Sentence(("So far the difference has not met the rule set before the trial.",))

    def _tested(self, key: str, h: Hypothesis) -> Block:
        """A single test without bounds, against its level."""
        method = h.method.name if h.method else ""
        pair = " and ".join(self.arms[arm] for arm in (h.experimental, h.control))
        for statistic, level in (("p", 2 * h.level), ("p, one-sided", h.level)):
            p = self.numbers.find(key, statistic, comparison=h.comparison, method=method)
            if p is None or p.value is None:
                continue
            if p.value <= level:
                return Sentence((f"Chance alone seldom sets {pair} so far apart.",))
            return Sentence((f"Chance alone may explain how {pair} differ.",))
        return Sentence(("The groups were not compared by a test.",))

    def comments(self) -> Iterator[Block]:
        yield self._ask("comments", "what the results mean, and what they do not")

    def more_trials(self) -> Iterator[Block]:
        yield self._ask("next", "whether more trials are planned")

    def more_to_read(self) -> Iterator[Block]:
        for name, number in self.protocol.trial.registers.items():
            yield Sentence((f"Look for {number} ({name}).",))
        yield self._ask("more", "where to find more")

    def _of_baseline(self, statistic: str, term: str) -> Number | None:
        found = self.numbers.find("baseline", statistic, group="all", term=term)
        return found if found is not None and found.value is not None else None

    def _out_of(self, share: Number, after: str = " out of 100 people") -> Cell:
        """`69 out of 100 people`."""
        if not share.value:
            return ("nobody",) if share.value == 0 else ("an unknown share",)
        return run(share, after)
