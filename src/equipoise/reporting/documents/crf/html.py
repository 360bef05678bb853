"""Case report forms as one HTML page that needs nothing else, and prints form by form."""

from __future__ import annotations

from html import escape
from typing import Final

from equipoise.reporting.documents.crf.model import (
    FormBlock,
    FormsOnPaper,
    PaperField,
    PaperForm,
    domain_of_note,
    results_apart,
)

_STYLE: Final = """
:root { color-scheme: light; --ink: #1a1a1a; --soft: #5c5c5c; --rule: #c9c9c4; --dark: #1f3a4d; }
body { font: 16px/1.45 Georgia, serif; max-width: 56rem; margin: 0 auto; padding: 1.5rem;
  color: var(--ink); background: #fff; }
h1 { color: var(--dark); line-height: 1.2; margin-bottom: .3rem; }
section { margin-top: 3rem; } h2 { background: var(--dark); color: #fff; font-size: 1.25rem;
  padding: .55rem .8rem; border-radius: 3px; margin: 0 0 .6rem; }
.small, .hint { color: var(--soft); font-size: .8rem; } .hint { display: block; }
.head { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; align-items: baseline; }
.head span, .foot span { flex: 1 1 12rem; border-bottom: 1px solid var(--soft); min-height: 1.6rem;
  color: var(--soft); font-size: .8rem; } .foot { display: flex; gap: 2rem; margin-top: 2rem; }
.foot span { min-height: 3rem; }
dl { margin: 0; } dl > div { display: grid; grid-template-columns: 33% 1fr; gap: .8rem;
  padding: .65rem 0; border-bottom: 1px solid var(--rule); break-inside: avoid; } dd { margin: 0; }
.line { display: inline-block; min-width: 9rem; border-bottom: 1px solid var(--soft);
  height: 1.2rem; } .whole { min-width: 100%; }
.boxes { letter-spacing: .1em; color: #9b9b96; font-size: .75rem; } .boxes i { font-style: normal;
  display: inline-block; width: 1.1rem; height: 1.35rem; line-height: 1.35rem; text-align: center;
  border: 1px solid var(--rule); margin-right: 2px; } .boxes i.gap { border: 0; width: .5rem; }
.tick { display: inline-block; margin-right: 1.1rem; } .tick::before { content: ""; display:
  inline-block; width: .75rem; height: .75rem; border: 1px solid var(--soft); border-radius: 50%;
  margin-right: .4rem; vertical-align: -.08rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .88rem;
  margin: .8rem 0; } th, td { text-align: left; vertical-align: top; padding: .4rem .5rem;
  border-bottom: 1px solid var(--rule); } thead th { border-bottom: 1px solid var(--ink);
  border-top: 2px solid var(--ink); font-weight: 600; } .grid td { height: 2rem;
  border-left: 1px solid var(--rule); } .when td { text-align: center; }
  .when thead th + th { text-align: center; } .when th[scope=row] { font-weight: normal; }
.grid td:first-child { border-left: 0; }
.note { display: inline-block; font: 600 .72rem/1.5 system-ui, sans-serif;
  color: #14324a; border-radius: 3px; padding: 0 .4rem; margin: .25rem .3rem 0 0; }
.d0 { background: #dbe9f6; } .d1 { background: #fdf0c4; } .d2 { background: #dcefd8; }
.d3 { background: #f7dfe6; } .d4 { background: #e8e0f3; } .d5 { background: #dff1f0; }
code { font-size: .85em; } main a { color: inherit; } caption { text-align: left; }
 .grid .hint { font-weight: normal; } @page { margin: 1.8cm; }
@media print { section { break-before: page; } body { font-size: 10pt; padding: 0; } }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; } }
"""
_COLORS: Final = 6


def crf_html(form: FormsOnPaper) -> str:
    """The page: what is filled in when, then each form."""
    kind = "Annotated case report form" if form.annotated else "Case report form"
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    body = "\n".join(_form(one, annotated=form.annotated) for one in form.forms)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(form.trial)}: {kind.lower()}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{kind}</h1><p>{escape(form.title)}</p>"
        f"<p class=small>{escape(form.trial)}, version {escape(form.version)}; protocol "
        f"{escape(form.digest)}</p>{_when(form)}\n{body}</main></body></html>\n"
    )


def _when(form: FormsOnPaper) -> str:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in (*form.visits, "Any time"))
    rows = "".join(
        f'<tr><th scope="row"><a href="#{anchor(one)}">{escape(one.title)}</a></th>'
        + "".join(f"<td>{'×' if mark else ''}</td>" for mark in one.marks)
        + "</tr>"
        for one in form.forms
    )
    caption = "<caption class=small>What is filled in, and when</caption>"
    head = f'<thead><tr><th scope="col">Form</th>{heads}</tr></thead>'
    table = f"<table class=when>{caption}{head}<tbody>{rows}</tbody></table>"
    return f"<div class=wide>{table}</div>"


def anchor(form: PaperForm) -> str:
    """A form's place on the page."""
    return "form-" + "".join(c if c.isalnum() else "-" for c in form.key.lower())


def _form(form: PaperForm, *, annotated: bool) -> str:
    colors = {code: n % _COLORS for n, (code, _) in enumerate(form.domains)} if annotated else {}
    under = ". ".join(word[:1].upper() + word[1:] for word in (form.when, form.who) if word)
    named = "".join(_note(f"{c} = {name}", colors) for c, name in form.domains if annotated)
    visit = "<span>Visit</span><span>Held on</span>" if form.at_visit else "<span>Sheet</span>"
    blocks = "".join(_block(part, colors) for whole in form.blocks for part in _split(whole))
    checks = _checks(form) if annotated and form.checks else ""
    foot = "<div class=foot><span>Filled in by, on</span><span>Investigator, on</span></div>"
    return (
        f'<section id="{anchor(form)}"><h2>{escape(form.title)}</h2>'
        f"<p class=small>{escape(under)}</p>{named}"
        f"<div class=head><span>Subject</span>{visit}</div>{blocks}{checks}{foot}</section>"
    )


def _split(block: FormBlock) -> tuple[FormBlock, ...]:
    return tuple(results_apart(block)) if block.kind == "questions" else (block,)


def _block(block: FormBlock, colors: dict[str, int]) -> str:
    said = f"<p class=small>{escape(block.note)}</p>" if block.note else ""
    if block.kind == "results":
        return said + _results(block, colors)
    if block.kind == "grid":
        return said + _grid(block, colors)
    rows = "".join(
        f"<div><dt>{_label(field)}</dt><dd>{_answer(field)}{_notes(field, colors)}</dd></div>"
        for field in block.fields
    )
    return f"{said}<dl>{rows}</dl>"


def _label(field: PaperField) -> str:
    hint = f"<span class=hint>{escape(field.hint)}</span>" if field.hint else ""
    return f"{escape(field.label)}{' *' if field.needed else ''}{hint}"


def _answer(field: PaperField) -> str:
    unit = f" {escape(field.units[0])}" if field.units else ""
    match field.kind:
        case "choice":
            return "".join(f"<span class=tick>{escape(one)}</span>" for one in field.choices)
        case "number":
            return f"<span class=line></span>{unit}"
        case "date":
            return _boxes("DD MMM YYYY")
        case "date time":
            return _boxes("DD MMM YYYY HH MM")
        case _:
            return '<span class="line whole"></span>'


def _boxes(letters: str) -> str:
    made = "".join("<i class=gap></i>" if c == " " else f"<i>{c}</i>" for c in letters)
    return f"<span class=boxes>{made}</span>"


def _notes(field: PaperField, colors: dict[str, int]) -> str:
    return "<br>" + "".join(_note(text, colors) for text in field.notes) if colors else ""


def _note(text: str, colors: dict[str, int]) -> str:
    return f"<span class='note d{colors.get(domain_of_note(text), 0)}'>{escape(text)}</span>"


def _results(block: FormBlock, colors: dict[str, int]) -> str:
    heads = ("Test", "Result", "Unit", "Lower limit", "Upper limit")
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    rows = "".join(
        f'<tr><th scope="row">{_label(field)}{_notes(field, colors)}</th>'
        f"<td><span class=line></span></td><td>{_units(field)}</td><td></td><td></td></tr>"
        for field in block.fields
    )
    return (
        f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _units(field: PaperField) -> str:
    return "".join(f"<span class=tick>{escape(unit)}</span>" for unit in field.units)


def _grid(block: FormBlock, colors: dict[str, int]) -> str:
    heads = "".join(
        f'<th scope="col">{_label(field)}{f" ({escape(field.units[0])})" if field.units else ""}'
        f"<span class=hint>{escape(', '.join(field.choices))}</span>{_notes(field, colors)}</th>"
        for field in block.fields
    )
    empty = "<td></td>" * len(block.fields)
    rows = "".join(f"<tr><td class=small>{n}</td>{empty}</tr>" for n in range(1, block.rows + 1))
    head = f"<thead><tr><td></td>{heads}</tr></thead>"
    return f"<div class=wide><table class=grid>{head}<tbody>{rows}</tbody></table></div>"


def _checks(form: PaperForm) -> str:
    words = {"stop": "Refused if", "ask": "Queried if", "note": "Noted if"}
    rows = "".join(
        f"<li>{words[kind]} <code>{escape(text)}</code>: {escape(say)}</li>"
        for kind, text, say in form.checks
    )
    return f"<ul class=small>{rows}</ul>"
