"""A store's conduct as an ODM file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from equipoise.conduct.exchange.odm.clinical import ElementWriter, Signed
from equipoise.conduct.exchange.odm.definitions import study, study_oid, version_oid
from equipoise.conduct.exchange.odm.entries import OdmEntry
from equipoise.conduct.exchange.odm.items import FLAGS
from equipoise.conduct.exchange.odm.xml import NAMESPACE, element, opened, words
from equipoise.conduct.store.canonical import SITE, TRIAL
from equipoise.conduct.store.state import Recalled
from equipoise.meaning.forms.resolve import forms_of
from equipoise.protocol import Protocol
from equipoise.version import __version__

TRANSACTIONAL, SNAPSHOT = "Transactional", "Snapshot"
_ROLES: Final = {"investigator": "Investigator", "sponsor": "Sponsor"}
_DAY: Final = len("2026-05-01")


@dataclass(frozen=True, eq=False)
class OdmDocument:
    """What an ODM file is made of.

    entries : in the order in which they are told; known : every record that they are about
    as_of : the time of the last row of the audit that they tell of
    file_type : `Transactional` or `Snapshot`; site : the only one that it is of, else ""
    """

    protocol: Protocol
    known: Recalled
    entries: Sequence[OdmEntry]
    as_of: str
    file_type: str = TRANSACTIONAL
    site: str = ""

    def text(self) -> Iterator[str]:
        """The file, line by line. The same data are always the same file.

        Raises   InputError for a character that no XML can hold.
        Source   CDISC Operational Data Model 1.3.2.
        Checked  tests/unit/conduct/exchange/test_odm.py (the schema; read back, 0 differences).
        """
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield opened("ODM", self._root()) + "\n"
        told = {one.table for one in self.entries}
        yield from study(self.protocol, self._used(), self._flags(), told)
        yield from (f"{part}\n" for part in self._admin())
        where = {"StudyOID": study_oid(self.protocol),
                 "MetaDataVersionOID": version_oid(self.protocol)}  # fmt: skip
        central = [one for one in self.entries if not one.subject]
        yield from _wrapped("ReferenceData", where, map(self._writer.reference, central))
        yield from _wrapped("ClinicalData", where, self._subjects())
        yield "</ODM>\n"

    def _root(self) -> dict[str, str | None]:
        at = self.as_of
        trial = next(iter(self.known.rows("trial")), {})
        name = ".".join(filter(None, ("ODM", self.protocol.trial.id, self.site, self.file_type)))
        return {
            "xmlns": NAMESPACE, "ODMVersion": "1.3.2", "FileType": self.file_type,
            "Granularity": "SingleSite" if self.site else "All", "FileOID": f"{name}.{at}",
            "CreationDateTime": at, "AsOfDateTime": at, "Originator": "Equipoise",
            "SourceSystem": "Equipoise", "SourceSystemVersion": __version__,
            "Description": f"store of the {trial['kind']} list" if trial else None,
        }  # fmt: skip

    def _used(self) -> dict[str, dict[tuple[str, str], None]]:
        found: dict[str, dict[tuple[str, str], None]] = {}
        forms = self.known.tables["form"]
        for entry in self.entries:
            if entry.table == "form":
                own = found.setdefault(str(forms[entry.key]["key"]), {})
                own |= {(item, told[0]): None for item, told in entry.values.items()}
        return found

    def _flags(self) -> dict[str, list[str]]:
        acts = [one.act for one in self.entries if one.act]
        every = {name: sorted({getattr(one, name) for one in acts} - {""}) for name in FLAGS}
        return {name: values for name, values in every.items() if values}

    def _subjects(self) -> Iterator[str]:
        own = [one for one in self.entries if one.subject]
        if self.file_type == TRANSACTIONAL:
            yield from (self._writer.subject([one]) for one in own)
            return
        own.sort(key=self._writer.event_order)
        for _, group in itertools.groupby(own, lambda one: one.subject):
            yield self._writer.subject(group)

    @cached_property
    def _writer(self) -> ElementWriter:
        return ElementWriter(forms_of(self.protocol), self.known, self._meanings, self._signed())

    @cached_property
    def _meanings(self) -> dict[str, str]:
        meanings = dict.fromkeys(str(one["meaning"]) for one in self.known.rows("signature"))
        return {meaning: f"SD.{n}" for n, meaning in enumerate(meanings, 1)}

    def _signed(self) -> Signed:
        """Signatures by the form, and by when they were given or that they stand."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        given = {one.key: one.act.at for one in self.entries if one.act and one.is_new}
        for n, (key, row) in enumerate(self.known.tables["signature"].items(), 1):
            named = {**row, "ID": f"SG.{n}"}
            if self.file_type == TRANSACTIONAL and key in given:
                found[row["object"], given[key]] = named
            elif self.file_type == SNAPSHOT and row.get("void_at") is None:
                found[row["object"], ""] = named
        return found

    def _admin(self) -> Iterator[str]:
        yield opened("AdminData", {"StudyOID": study_oid(self.protocol)})
        yield from self._users()
        yield from self._locations()
        for meaning, oid in self._meanings.items():
            said = {"OID": oid, "Methodology": "Electronic"}
            why = words("LegalReason", "signed in the system that conducts the trial")
            yield element("SignatureDef", said, words("Meaning", meaning), why)
        yield "</AdminData>"

    def _users(self) -> Iterator[str]:
        named = {str(one["id"]): one for one in self.known.rows("account")}
        acting = {one.act.by for one in self.entries if one.act}
        acting |= {str(one["by"]) for one in self.known.rows("signature")}
        roles = {str(one["account"]): str(one["role"]) for one in self.known.rows("grant")}
        for account in sorted(acting if self.site else {*named, *acting}):
            kind = _ROLES.get(roles.get(account, ""), "Other")
            name = named.get(account, {}).get("name") or account or "the program itself"
            inside = [words("LoginName", account)] if account else []
            said = {"OID": f"US.{account}", "UserType": kind}
            yield element("User", said, *inside, words("FullName", str(name)))

    def _locations(self) -> Iterator[str]:
        sites = {str(one["id"]): one for one in self.known.rows("site")}
        begun = min((str(one["at"]) for one in self.known.rows("protocol_version")), default="")
        approved = {one["site"]: one["approved_on"] for one in self.known.rows("site_version")}
        used = {one.site for one in self.entries if one.site}
        used |= {f"{SITE}{one['site']}" for one in self.known.rows("subject")}
        used |= set() if self.site else {TRIAL, *(f"{SITE}{one}" for one in sites)}
        for chain in sorted(used):
            site = chain.removeprefix(SITE)
            since = (approved.get(site) or begun or self.as_of)[:_DAY]
            ref = element("MetaDataVersionRef", {
                "StudyOID": study_oid(self.protocol), "EffectiveDate": since,
                "MetaDataVersionOID": version_oid(self.protocol),
            })  # fmt: skip
            is_site = chain.startswith(SITE)
            name = sites.get(site, {}).get("name") or site if is_site else "The trial's office"
            kind = "Site" if is_site else "Sponsor"
            said = {"OID": f"LO.{chain}", "Name": str(name), "LocationType": kind}
            yield element("Location", said, ref)


def _wrapped(tag: str, said: dict[str, str], inside: Iterable[str]) -> Iterator[str]:
    """An element with a line for each that is in it; nothing where there is none."""
    lines = iter(inside)
    first = next(lines, None)
    if first is not None:
        yield opened(tag, said) + "\n"
        yield from (f"{line}\n" for line in itertools.chain([first], lines))
        yield f"</{tag}>\n"
