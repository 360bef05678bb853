"""What changed between two builds: each number once, with the patients behind it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from equipoise.errors import InputError
from equipoise.reporting.comparison.causes import NumberCause
from equipoise.reporting.comparison.compare import (
    NumberChange,
    compared_builds,
)
from equipoise.workspace.compare import compare
from support.command import command
from support.looks import interim_and_final, later_results, netter_results, side
from support.street import built_pilot

BUILD = Path("build") / "ttde-final"


def change(analysis: str, about: str, group: str) -> NumberChange:
    mine = (c for c in interim_and_final().changes if (c.analysis, c.group) == (analysis, group))
    found = [c for c in mine if c.about == about]
    assert len(found) == 1
    return found[0]


def test_a_build_beside_itself() -> None:
    folder = built_pilot() / BUILD
    found = compare(folder, folder)
    assert found.same
    assert (repr(found), found.changes, found.inputs) == ("no difference", (), ())
    done = command("compare", folder, folder, "--exit-code")
    assert (done.code, done.out) == (0, "no difference\n")


def test_each_changed_number_once_and_no_other() -> None:
    found = interim_and_final()
    keys = [c.key for c in found.changes]
    assert len(keys) == len(set(keys))
    one, two = side(netter_results()).numbers, side(later_results()).numbers
    for key in {*one, *two}:
        same = key in one and key in two and one[key]["value"] == two[key]["value"]
        assert (key in keys) or same
    for c in found.changes:
        assert c.values == tuple(n[c.key]["value"] if c.key in n else None for n in (one, two))


def test_more_events_and_the_patients_who_had_them() -> None:
    """By hand, from the records of both cuts."""
    found = change("OS", "events", "lutate")
    before, after = (
        set(r.data.table("ADTTE").filter(
            (pl.col("PARAMCD") == "OS") & (pl.col("CNSR") == 0) & (pl.col("TRT01P") == "lutate")
        )["USUBJID"])
        for r in (netter_results(), later_results())
    )  # fmt: skip
    new = tuple(sorted(after - before))
    assert len(new) > 10
    assert found.values == (len(before), len(after))
    (events,) = [c for c in found.causes if c.says.endswith("events")]
    assert events == NumberCause(f"+{len(new)} events", new)
    assert events.sentence.startswith(f"+{len(new)} events: subjects {new[0][-4:]}, ")
    assert events.sentence.endswith(f"and {len(new) - 10} more")


def test_a_comparison_names_the_patients_of_both_arms() -> None:
    found = change("OS", "hazard ratio, lutate v octreotide, Cox", "")
    arms = side(later_results()).arms
    (events,) = [c for c in found.causes if c.says.endswith("events")]
    assert {arms[s] for s in events.subjects} == {"lutate", "octreotide"}


def test_one_patient_is_one_and_days_are_whole() -> None:
    said = [c for c in interim_and_final().changes if not c.drawn]
    sentences = [cause.sentence for c in said for cause in c.causes]
    assert not [s for s in sentences if re.match(r"[+−]1 \w+s\b", s)]
    longest = [c for c in said if c.about == "longest follow-up"]
    assert longest
    assert not [c for c in longest if "." in c.before + c.after]
    assert not [c.about for c in said if c.about.endswith((", count", "median, median"))]


def test_what_was_made_from_what() -> None:
    told = "\n".join(interim_and_final().inputs)
    assert "look: PFS final, then OS final" in told
    assert "snapshot of the data" in told
    assert "protocol: " in told
    assert "program" not in told


def test_one_planted_record() -> None:
    """An event is taken away from one patient; nothing else is anybody's."""
    results = netter_results()
    table = results.data.table("ADTTE")
    who = table.filter((pl.col("PARAMCD") == "PFS") & (pl.col("CNSR") == 0))["USUBJID"][0]
    mine = (pl.col("USUBJID") == who) & (pl.col("PARAMCD") == "PFS")
    planted = table.with_columns(pl.when(mine).then(1).otherwise("CNSR").alias("CNSR"))
    here = (pl.col("analysis") == "PFS") & (pl.col("statistic") == "events")
    here &= (pl.col("subgroup") == "") & (pl.col("method") == "count")
    rows = results.rows.with_columns(
        pl.when(here).then(pl.col("value") - 1).otherwise("value").alias("value")
    )
    before = side(results)
    after = replace(before, rows=rows, tables={**before.tables, "ADTTE": planted})
    found = compared_builds(before, after)
    arm = before.arms[who]
    causes = {c.group: c.causes for c in found.changes}
    assert causes.pop(arm) == (NumberCause("−1 event", (who,)),)
    assert list(causes.values()) == [()]
    text = str(found.document())
    assert f"−1 event: subject {who[-4:]}" in text
    assert "no record behind it differs" in text


def test_json_has_every_patient_and_html_is_escaped(tmp_path: Path) -> None:
    found = json.loads(interim_and_final().to_json())
    assert len(found["changes"]) == len(interim_and_final().changes)
    deaths = ("OS", "events", "lutate")
    asked = ("analysis", "about", "group")
    (events,) = [c for c in found["changes"] if tuple(c[k] for k in asked) == deaths]
    assert len(events["causes"][0]["subjects"]) == events["values"][1] - events["values"][0]
    shown = [c for c in found["changes"] if re.fullmatch(r"r-[0-9a-f]{10}", c["row"])]
    assert len(shown) == len(found["changes"])


def test_what_is_no_build_is_told(tmp_path: Path) -> None:
    folder = built_pilot() / BUILD
    with pytest.raises(InputError, match=r"no build, for it has no manifest\.json"):
        compare(tmp_path, folder)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    table = pl.read_parquet(copy / "results.parquet")
    table.head(3).write_parquet(copy / "results.parquet")
    with pytest.raises(InputError, match=r"results\.parquet is not what was built; do: equipoise"):
        compare(folder, copy)
    half = tmp_path / "half"
    shutil.copytree(folder, half)
    said = json.loads((half / "manifest.json").read_text("utf-8"))
    said["upto"] = "derive"
    (half / "manifest.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(InputError, match="the build ends with derive; expected one with results"):
        compare(half, folder)
    done = command("compare", tmp_path / "nowhere", folder)
    assert (done.code, "Traceback" in done.err) == (1, False)
