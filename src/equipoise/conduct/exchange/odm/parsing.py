"""An ODM file as elements, read without entities, in the order that the standard asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from equipoise.conduct.exchange.odm.xml import NAMESPACE
from equipoise.errors import InputError

_CHUNK: Final = 1 << 20
_WHOLE: Final = ("Study", "AdminData")  # told when all of it was read
_GATHERED: Final = ("SubjectData", "ItemGroupData")
_CONTAINERS: Final = (("ODM", "ClinicalData"), ("ODM", "ReferenceData"))
_ACT: Final = ("AuditRecord", "Signature")
CHILDREN: Final = {
    "ODM": ("Study", "AdminData", "ReferenceData", "ClinicalData", "Association"),
    "Study": ("GlobalVariables", "BasicDefinitions", "MetaDataVersion"),
    "MetaDataVersion": (
        "Include", "Protocol", "StudyEventDef", "FormDef", "ItemGroupDef", "ItemDef", "CodeList",
        "ImputationMethod", "Presentation", "ConditionDef", "MethodDef",
    ),
    "AdminData": ("User", "Location", "SignatureDef"),
    "ReferenceData": ("ItemGroupData", "AuditRecords", "Signatures", "Annotations"),
    "ClinicalData": ("SubjectData", "AuditRecords", "Signatures", "Annotations"),
    "SubjectData": (*_ACT, "InvestigatorRef", "SiteRef", "Annotation", "StudyEventData"),
    "StudyEventData": (*_ACT, "Annotation", "FormData"),
    "FormData": (*_ACT, "ArchiveLayoutRef", "Annotation", "ItemGroupData"),
    "ItemGroupData": (*_ACT, "Annotation", "ItemData"),
    "ItemData": (*_ACT, "MeasurementUnitRef", "Annotation"),
    "AuditRecord": ("UserRef", "LocationRef", "DateTimeStamp", "ReasonForChange", "SourceID"),
    "Annotation": ("Comment", "Flag"),
    "Flag": ("FlagValue", "FlagType"),
}  # fmt: skip
"""What may stand in an element, one after the other; others are not looked into."""


@dataclass(slots=True)
class OdmElement:
    """An element of a file, with the line on which it begins."""

    file: str
    tag: str
    attributes: dict[str, str]
    line: int
    inside: list[OdmElement] = field(default_factory=list)
    text: str = ""

    def asked(self, name: str) -> str:
        """An attribute that must be there. Raises InputError."""
        if name not in self.attributes:
            raise self.fault(f"{self.tag} has no {name}")
        return self.attributes[name]

    def first(self, tag: str) -> OdmElement | None:
        """The first element of a name in it."""
        return next((one for one in self.inside if one.tag == tag), None)

    def every(self, tag: str) -> Iterator[OdmElement]:
        """Each element of a name in it."""
        return (one for one in self.inside if one.tag == tag)

    def said(self, tag: str) -> str:
        """The text of an element in it; empty where there is none."""
        found = self.first(tag)
        return "" if found is None else found.text

    def fault(self, said: str) -> InputError:
        """What is wrong, at its line."""
        return InputError(f"{self.file}:{self.line}: {said}")


def parsed(path: Path) -> Iterator[tuple[tuple[str, ...], OdmElement]]:
    """(names of what it stands in, element) for the root, and for each part once it was read.

    Told are Study and AdminData as a whole, each SubjectData and each ItemGroupData of reference
    data, and their containers without what is in them, before it.
    Raises   InputError with the line, for what is no XML, is cut, declares a document type or
    entities, or does not stand in the order of the standard.
    """
    reader = _OdmReader(path)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                reader.parser.Parse(chunk, False)
                yield from reader.done()
        reader.parser.Parse(b"", True)
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror}") from None
    except expat.ExpatError as problem:
        said = expat.ErrorString(problem.code)
        raise InputError(f"{path}:{problem.lineno}: is cut, or is no XML: {said}") from None
    yield from reader.done()


class _OdmReader:
    """Puts elements together while the file is read."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.open: list[OdmElement] = []
        self.last: list[int] = []
        self.ready: list[tuple[tuple[str, ...], OdmElement]] = []

    def done(self) -> Iterator[tuple[tuple[str, ...], OdmElement]]:
        """What was read since this was asked last."""
        found, self.ready = self.ready, []
        return iter(found)

    def _doctype(self, *_: object) -> None:
        where = f"{self.file}:{self.parser.CurrentLineNumber}"
        raise InputError(f"{where}: declares a document type; an ODM file has none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        made = OdmElement(self.file, tag, attributes, self.parser.CurrentLineNumber)
        if not self.open and (tag != "ODM" or space != NAMESPACE):
            raise made.fault(f"is {tag}, no ODM 1.3; expected ODM of {NAMESPACE}")
        if self.open:
            self._in_order(self.open[-1], made)
        if self._path() in ((), ("ODM",)) and tag not in _WHOLE:
            self.ready.append((self._path(), made))
        self.open.append(made)
        self.last.append(0)

    def _in_order(self, outer: OdmElement, made: OdmElement) -> None:
        known = CHILDREN.get(outer.tag)
        if known is None:
            return
        if made.tag not in known:
            raise made.fault(f"{made.tag} stands in {outer.tag}; expected {', '.join(known)}")
        at = known.index(made.tag)
        if at < self.last[-1]:
            raise made.fault(f"{made.tag} stands after {known[self.last[-1]]} in {outer.tag}")
        self.last[-1] = at

    def _end(self, _: str) -> None:
        made = self.open.pop()
        self.last.pop()
        path = self._path()
        is_whole = made.tag in _WHOLE and path == ("ODM",)
        if is_whole or (made.tag in _GATHERED and path in _CONTAINERS):
            self.ready.append((path, made))
        elif len(path) > 1:
            self.open[-1].inside.append(made)

    def _text(self, text: str) -> None:
        self.open[-1].text += text

    def _path(self) -> tuple[str, ...]:
        return tuple(one.tag for one in self.open)
