"""Numbers of ARS and of ClinicalTrials.gov's results, each led back to the row it must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from equipoise.analysis.results import Results

Place = tuple[str, ...]
Told = Iterator[tuple[str, str]]
"""Row key and the text that stands for it."""

_COLUMNS = {
    "GF.ARM": "group", "GF.COMPARISON": "comparison", "GF.SUBGROUP": "subgroup",
    "GF.TERM": "term", "GF.TIME": "at",
}  # fmt: skip
_MILESTONES = {
    "STARTED": "randomized",
    "COMPLETED": "completed the study",
    # Those still in the study have not completed it either: their sum is no row.
    "NOT COMPLETED": None,
}
_OF_ARM = {"MEDIAN": "median months", "LEAST_SQUARES_MEAN": "LS mean"}
_EFFECTS = {
    "Hazard Ratio (HR)": "hazard ratio",
    "Risk Difference (RD)": "difference in proportions",
    "Risk Ratio (RR)": "relative risk",
    "Odds Ratio (OR)": "odds ratio",
}


def _word(*parts: str) -> str:
    return ".".join(re.sub(r"\W+", "_", part).strip("_") for part in parts if part)


def from_ars(event: dict[str, Any], results: Results) -> Told:
    """Each result of each analysis, by what the standard says of it."""
    rows: dict[tuple[object, ...], str] = {}
    for key, row in zip(results.keys, results.rows.iter_rows(named=True)):
        where = tuple(row[c] if c == "at" else row[c] or "" for c in _COLUMNS.values())
        analysis = _word(row["analysis"], row["method"], row["population"])
        rows[analysis, _word(row["method"], row["statistic"]), where] = key
    arms = {f"GR.{_word(arm)}": arm for arm in results.data.protocol.arms}
    for analysis in event["analyses"]:
        for one in analysis["results"]:
            where = _where(one["resultGroups"], arms)
            name = analysis["id"].removeprefix("AN.")
            place = (name, one["operationId"].removeprefix("OP."), where)
            yield rows[place], one["formattedValue"]


def _where(groups: list[dict[str, str]], arms: dict[str, str]) -> tuple[object, ...]:
    found: dict[str, object] = dict.fromkeys(_COLUMNS.values(), "") | {"at": None}
    for group in groups:
        column = _COLUMNS[group["groupingId"]]
        value = arms[group["groupId"]] if "groupId" in group else group["groupValue"]
        found[column] = float(value.split()[1]) if column == "at" else value
    return tuple(found.values())


class CtgovReader:
    """The places of a resultsSection's numbers among the rows."""

    def __init__(self, section: dict[str, Any], results: Results) -> None:
        self.section, self.results = section, results
        self.protocol = results.data.protocol
        self.arms = list(self.protocol.arms)

    def key(self, analysis: str, statistic: str, **where: str) -> str:
        """The key of the first row of a place, whatever its method."""
        rows = self.results.rows.with_row_index("I")
        asked = {"analysis": analysis, "statistic": statistic, "subgroup": "", "comparison": ""}
        for column, value in {**asked, "group": "", "term": "", **where}.items():
            rows = rows.filter(rows[column] == value)
        return self.results.keys[rows["I"][0]]

    def told(self) -> Told:
        yield from self._flow()
        yield from self._baseline()
        yield from self._outcomes()

    def _arm(self, group: str) -> str:
        return [*self.arms, "all"][int(group[2:])]

    def _flow(self) -> Told:
        (period,) = self.section["participantFlowModule"]["periods"]
        for milestone in period["milestones"]:
            for one in milestone["achievements"]:
                name, arm = _MILESTONES[milestone["type"]], self._arm(one["groupId"])
                if name is not None:
                    yield self.key("flow", name, group=arm), one["numSubjects"]
        for drop in period["dropWithdraws"]:
            for one in drop["reasons"]:
                if drop["type"] == "In the study at the cut-off":
                    own = {"group": self._arm(one["groupId"])}
                    yield (
                        self.key("flow", drop["type"][0].lower() + drop["type"][1:], **own),
                        one["numSubjects"],
                    )

    def _baseline(self) -> Told:
        lines = self.protocol.report.baseline
        for line, measure in zip(lines, self.section["baselineCharacteristicsModule"]["measures"]):
            prefix = f"{line.variable}: "
            counted = self.results.select(analysis="baseline", statistic="count", group="all")
            terms = [term for term in counted["term"] if term.startswith(prefix)]
            (classes,) = measure["classes"]
            for i, category in enumerate(classes["categories"]):
                for one in category["measurements"]:
                    arm = self._arm(one["groupId"])
                    if measure["paramType"] == "MEAN":
                        own = {"group": arm, "term": line.variable}
                        yield self.key("baseline", "mean", **own), one["value"]
                        yield self.key("baseline", "standard deviation", **own), one["spread"]
                    else:
                        yield self.key("baseline", "count", group=arm, term=terms[i]), one["value"]

    def _outcomes(self) -> Told:
        shown = [k for k, e in self.protocol.estimands.items() if e.role != "sensitivity"]
        for key, outcome in zip(shown, self.section["outcomeMeasuresModule"]["outcomeMeasures"]):
            unit = {"percentage of participants": "rate", "events": "events"}
            statistic = _OF_ARM.get(outcome["paramType"]) or unit[outcome["unitOfMeasure"]]
            for one in outcome["classes"][0]["categories"][0]["measurements"]:
                arm = self._arm(one["groupId"])
                yield self.key(key, statistic, group=arm), one["value"]
                for end in ("lower", "upper"):
                    if f"{end}Limit" in one:
                        limit = self.key(key, f"{statistic} {end} limit", group=arm)
                        yield limit, one[f"{end}Limit"]
            for one in outcome["analyses"]:
                yield from self._compared(key, one)

    def _compared(self, key: str, one: dict[str, Any]) -> Told:
        pair = " v ".join(self._arm(group) for group in one["groupIds"])
        name = _EFFECTS[one["paramType"]]
        yield self.key(key, name, comparison=pair), one["paramValue"]
        for end in ("Lower", "Upper"):
            if f"ci{end}Limit" in one:
                statistic = f"{name} {end.lower()} limit"
                yield self.key(key, statistic, comparison=pair), one[f"ci{end}Limit"]
        if "pValue" in one:
            yield self.key(key, "p", comparison=pair), one["pValue"]
