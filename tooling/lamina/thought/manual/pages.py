"""Pages of markdown: all that comes from the repository is inert in them, and says nothing but itself."""

from collections.abc import Iterator, Sequence

from lamina.thought.manual.entries import Entry, Manual, Page, Row, Said, Shown
from lamina.words.harmless import cell, inert, row

MARK = "<!-- Written by `lamina docs` from the schemas and the environments. Change those, and run it again. -->"
"""The first line of every page, by which lamina knows what it may write anew or take away."""

_MOST_ROWS = 60
_MOST_TEXT = 160

INDEX = "README.md"
"""The name of the page that leads to the others."""

_HOW = """\
Every key of every kind of document, with its value in every environment. `<key>` stands for any key of a map, `[]` for any item
of a list; what is in a list stands with the list. What is secret is not shown. A key that is required must be there once all
layers are merged; a value that is marked (default) is set by no layer."""
_NONE = "There are no schemas."


def manual_files(manual: Manual) -> dict[str, str]:
    """A page for each kind and one that leads to them, by the names of their files."""
    files = {_file_of(page.kind): _joined([MARK, *_body(page, manual.environments)]) for page in manual.pages}
    return {INDEX: _joined([MARK, "# Configuration reference", _HOW, _index(manual.pages)]), **files}


def manual_text(manual: Manual) -> str:
    """Everything on one page."""
    body = [part for page in manual.pages for part in _body(page, manual.environments)]
    return _joined([MARK, _HOW, *(body or [_NONE])])


def _file_of(kind: str) -> str:
    """The name of a kind's page, which must not be that of the index, whatever case a disk takes for the same."""
    return f"{kind}_.md" if f"{kind}.md".casefold() == INDEX.casefold() else f"{kind}.md"


def _index(pages: Sequence[Page]) -> str:
    from urllib.parse import quote

    rows = [
        row(
            f"[{cell(page.kind)}]({quote(_file_of(page.kind))})",
            str(page.version),
            f"{len(page.entries):,}",
            _prose(page.description),
        )
        for page in pages
    ]
    return "\n".join([row("kind", "version", "keys", ""), row(*["---"] * 4), *rows]) if rows else _NONE


def _body(page: Page, environments: Sequence[str]) -> Iterator[str]:
    yield f"# {cell(page.kind)}"
    if page.title or page.description:
        yield _paragraph(". ".join(filter(None, (page.title, page.description))))
    yield f"Version {page.version}, {cell(page.file)}. {_documents(page, environments)}"
    if page.broken:
        yield "The schema has errors, so that nothing can be said of its keys: `lamina validate` shows them."
    for entry in page.entries:
        yield from _entry(entry, environments)
    if page.cut:
        yield f"There are more keys than these {len(page.entries):,}."


def _documents(page: Page, environments: Sequence[str]) -> str:
    if not page.documents:
        return "No environment has a document of this kind."
    everywhere = [name for name, having in page.documents.items() if list(having) == list(environments)]
    said = [cell(name) for name in everywhere]
    said += [
        f"{cell(name)} (only in {', '.join(map(inert, having))})"
        for name, having in page.documents.items()
        if name not in everywhere
    ]
    return f"Document{'s' * (len(said) > 1)}: {', '.join(said)}."


def _entry(entry: Entry, environments: Sequence[str]) -> Iterator[str]:
    yield f"{'#' * entry.level} {cell(entry.name)}"
    if entry.description:
        yield _paragraph(entry.description)
    yield " · ".join(map(_fact, entry.facts))
    if entry.rows:
        yield "\n".join(_table(entry.rows, environments))


def _fact(said: Said) -> str:
    return " ".join([inert(said.label), ", ".join(cell(value, _MOST_TEXT) for value in said.values)]).rstrip()


def _table(rows: Sequence[Row], environments: Sequence[str]) -> Iterator[str]:
    placed = any(one.places for one in rows)
    yield row(*["at"] * placed, "in", "value")
    yield row(*["---"] * placed, "---", "---")
    for one in rows[:_MOST_ROWS]:
        names = "all" if list(one.environments) == list(environments) else ", ".join(map(inert, one.environments))
        yield row(*[", ".join(map(cell, one.places))] * placed, names, _value(one.shown))
    if len(rows) > _MOST_ROWS:
        yield row(*[""] * placed, "", f"and {len(rows) - _MOST_ROWS:,} more")


def _value(shown: Shown) -> str:
    value, remark = shown
    return " ".join([*([] if value is None else [cell(value, _MOST_TEXT)]), *([f"({remark})"] if remark else [])])


def _prose(text: str | None) -> str:
    return inert(" ".join((text or "").split()))


def _paragraph(text: str) -> str:
    """Text as a paragraph of its own, which begins no list, heading or rule."""
    said = _prose(text)
    return f"&#{ord(said[0])};{said[1:]}" if said and not (said[0].isalpha() or said[0] in "&<") else said


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(parts) + "\n"
