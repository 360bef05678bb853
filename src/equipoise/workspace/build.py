"""The street from data to report, stage by stage, in a trial's folder; only what is stale."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from equipoise.errors import InputError, did_you_mean
from equipoise.workspace.folder import Workspace, chosen_look
from equipoise.workspace.manifest import STAGES, Manifest, Stage, Summary, digest_of
from equipoise.workspace.replace import alone, tidy, whole
from equipoise.workspace.write import (
    told,
    write_built_report,
    write_carried,
    write_results,
    write_tables,
)

if TYPE_CHECKING:
    from equipoise.adam.model import ADaM
    from equipoise.adam.study import Study
    from equipoise.analysis.results import Results
    from equipoise.protocol import Protocol
    from equipoise.sdtm.model import Snapshot
    from equipoise.sdtm.provenance import DataOrigin

_LOG = logging.getLogger(__name__)
TRIALS = 100  # virtual trials behind the intervals of published figures

Say = Callable[[str], None]


class _Order(NamedTuple):
    """What is to be built, and from what."""

    space: Workspace
    protocol: Protocol
    look: str
    upto: Stage
    trials: int
    inputs: str
    say: Say

    def reaches(self, stage: Stage) -> bool:
        return STAGES.index(self.upto) >= STAGES.index(stage)


def build(
    folder: str | Path | Workspace,
    *,
    look: str | None = None,
    upto: Stage = "report",
    trials: int = TRIALS,
    out: str | Path | None = None,
    say: Say | None = None,
) -> Manifest:
    """Read, cut, derive, analyze and report a trial at a look; nothing if nothing has changed.

    folder : a trial's folder with protocol.yaml and sdtm/, or its protocol file
    look : as "PFS final"; by default the one that the report names, or else the first
    upto : the last stage: cut, derive, analyze or report
    trials : of virtual patients, this many more trials for the intervals of published figures
    out : what gets the folder of the look, if not FOLDER/build
    say : called with the name of each stage as it begins
    Returns  Manifest of FOLDER/build/LOOK, which appears whole, in place of an earlier build
    Raises   ProtocolError, DataError with every fault; InputError for an unknown look or stage, a
             full disk, or while another process builds the look. An earlier build stays as it was.
    Checked  tests/unit/workspace/test_build.py

    >>> done = build("examples/pilot")  # doctest: +SKIP
    >>> done.summary.primary["TTDE"]  # doctest: +SKIP
    'Estimate  hazard ratio 4.08 (95% CI 2.59 to 6.42)   log-rank P<0.001   91 events in 170'
    """
    space = Workspace.at(folder, out=out)
    _check_order(upto, trials)
    done = _at_hand(space, look, upto, trials)
    if done is None:
        done = _done(_order(space, look, upto, trials, _logged(say)))
    if look is not None:
        return done
    return replace(done, others=tuple(label for label in done.looks if label != done.look))


def _at_hand(space: Workspace, look: str | None, upto: Stage, trials: int) -> Manifest | None:
    """A finished build of the same files, which need not even be read: they have been checked."""
    for found in space.builds():
        if found.look == (look or found.looks[0]) and _answers(found, upto, trials):
            tidy(found.folder)
            is_same = found.inputs == space.inputs(look=found.look) and not found.changed()
            return replace(found, fresh=True) if is_same else None
    return None


def _answers(found: Manifest, upto: Stage, trials: int) -> bool:
    """Whether a build came as far as is asked, or further."""
    return found.reaches(upto) and trials in (0, found.trials)


def _done(order: _Order) -> Manifest:
    target = order.space.look_folder(order.look)
    tidy(target)
    known = _known(order)
    if known is not None:
        _LOG.info("%s: nothing has changed", target)
        return known
    with told(target, "built"), alone(target, f"a build of {order.look}"):
        known = _known(order)  # another process may have ended since
        if known is not None:
            return known
        with whole(target) as scratch:
            return replace(_built(order, scratch), folder=target)


def _logged(say: Say | None) -> Say:
    """Tells the log of each stage, and whoever wants to be told."""

    def tell(stage: str) -> None:
        _LOG.info("%s", stage)
        if say is not None:
            say(stage)

    return tell


def _check_order(upto: Stage, trials: int) -> None:
    if upto not in STAGES:
        hint = did_you_mean(upto, STAGES)
        raise InputError(f'there is no stage "{upto}"; there are {", ".join(STAGES)}{hint}')
    if trials < 0:
        raise InputError(f"trials: found {trials}, expected 0 or more")


def _order(space: Workspace, look: str | None, upto: Stage, trials: int, say: Say) -> _Order:
    protocol = space.protocol()
    name = chosen_look(protocol, look)
    return _Order(space, protocol, name, upto, trials, space.inputs(look=name), say)


def _known(order: _Order) -> Manifest | None:
    """A finished build of the same inputs that came as far as is asked, or further."""
    found = order.space.finished(order.look)
    if found is None or found.inputs != order.inputs:
        return None
    return replace(found, fresh=True) if _answers(found, order.upto, order.trials) else None


def _built(order: _Order, folder: Path) -> Manifest:
    """Every stage that is asked for, in a folder of its own."""
    from equipoise.adam.study import Study

    order.say("reading")
    data, origin = order.space.data(order.protocol)
    order.say("cut")
    study = Study.of(data, order.protocol)
    snapshot = study.snapshot(order.look)
    _check_table_1(snapshot, order.protocol)
    write_tables(snapshot.tables, folder / "snapshot")
    results = derived = None
    if order.reaches("derive"):
        derived = _derived(order, study, folder)
        if order.reaches("analyze"):
            results = _analyzed(order, derived, origin, folder)
    found = _manifest(order, snapshot, origin, results, folder)
    if derived is not None:
        from equipoise.analysis.reconciliation import reconcile

        found = replace(found, reconciliation=reconcile(results or derived).to_dict())
    found.write()
    return found


def _check_table_1(snapshot: Snapshot, protocol: Protocol) -> None:
    """Raises   InputError before the work begins if Table 1 reads what was not collected."""
    from equipoise.adam.subjects.adsl import adsl
    from equipoise.adam.variables import known
    from equipoise.analysis.baseline import missing

    if protocol.report.baseline:
        missing(adsl(snapshot, protocol)[0], protocol, also=known()["methods"])


def _derived(order: _Order, study: Study, folder: Path) -> ADaM:
    from equipoise.adam.submit.define import write_define

    order.say("derive")
    data = study.adam(order.look)
    write_tables(data.tables, folder / "adam")
    write_carried(data, folder)
    write_define(data, folder / "adam" / "define.xml")
    return data


def _analyzed(order: _Order, data: ADaM, origin: DataOrigin, folder: Path) -> Results:
    """The results, and the report if it is asked for."""
    from equipoise.analysis.analyze import analyze

    order.say("analyze")
    results = _with_intervals(order, analyze(data), origin)
    write_results(results, folder)
    if order.reaches("report"):
        from equipoise.reporting.documents.people import read_texts

        order.say("report")
        write_built_report(results, folder, text=read_texts(order.space.folder))
    return results


def _with_intervals(order: _Order, results: Results, origin: DataOrigin) -> Results:
    """For virtual patients, with the intervals of published figures in many such trials."""
    data = results.data
    if not (data.virtual and data.protocol.report.published and order.trials):
        return results
    if origin.truth is None or origin.truth not in data.protocol.truth:
        return results
    import polars as pl

    from equipoise.simulation.operating.published import published_intervals

    order.say(f"{order.trials} virtual trials")
    rows = published_intervals(
        data.protocol,
        truth=origin.truth,
        seed=origin.seed or 0,
        trials=order.trials,
        look=data.look,
    )
    return replace(results, rows=pl.concat([results.rows, rows]))


def _manifest(
    order: _Order, snapshot: Snapshot, origin: DataOrigin, results: Results | None, folder: Path
) -> Manifest:
    """Digests of protocol, snapshot and every artefact; version; seed."""
    from equipoise.version import __version__

    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return Manifest(
        equipoise=__version__,
        look=snapshot.look,
        cutoff=snapshot.date,
        virtual=snapshot.virtual,
        seed=origin.seed,
        truth=origin.truth,
        protocol=snapshot.protocol_digest,
        snapshot=snapshot.digest,
        source=snapshot.source,
        inputs=order.inputs,
        upto=order.upto,
        trials=order.trials,
        artefacts={str(p.relative_to(folder)): digest_of(p) for p in files},
        summary=None if results is None else _summary(results),
        reconciliation={},
        extensions=_extensions(order),
        looks=_looks(order.protocol),
        folder=folder,
    )


def _extensions(order: _Order) -> dict[str, list[str]]:
    """Of other distributions, what took part so far."""
    from equipoise.meaning.extended import in_use

    late = () if order.reaches("report") else ("figures", "sections")
    return in_use(order.protocol, but=late if order.reaches("analyze") else (*late, "methods"))


def _looks(protocol: Protocol) -> tuple[str, ...]:
    from equipoise.meaning.looks import default_look, known_look, look_labels

    first = known_look(protocol, default_look(protocol))
    return (first, *(label for label in look_labels(protocol) if label != first))


def _summary(results: Results) -> Summary:
    protocol = results.data.protocol
    arms = results.data.table("ADSL")["TRT01P"]
    primary = [k for k, e in protocol.estimands.items() if e.role == "primary"]
    return Summary(
        patients=len(arms),
        arms={arm.label: int((arms == key).sum()) for key, arm in protocol.arms.items()},
        primary={key: repr(results[key]) for key in primary},
    )
