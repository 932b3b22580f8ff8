"""Join the PDFs that Chromium printed: one tree of tags, links to places, a number on each page.

pypdf joins pages and leaves their tags, which a screen reader needs, and the names of the places
that links lead to. Chromium writes both in one form only, so this reads that form.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

FOOT = 24  # points from the lower edge to the number of a page
SIZE = 9
Place = tuple[int, list[PdfObject]]
"""Number of a page of the book, and where on it."""


class Binding:
    """A book that grows by one printed file at a time."""

    def __init__(self) -> None:
        self.book = PdfWriter()
        self.places: dict[str, Place] = {}  # address, with or without "#anchor"
        self._addresses: list[str] = []  # of the file that each page belongs to
        self._trees = ArrayObject()
        self._parents = ArrayObject()
        self._next = 0

    def append(self, pages: PdfReader, addresses: list[str]) -> int:
        """Add a printed chapter, whose files links name by their addresses; its first page."""
        first = len(self.book.pages)
        address, *others = addresses
        self.places[address] = (first, [NameObject("/Fit")])
        of_others = {Path(other).stem: other for other in others}
        for name, (number, where) in places(pages).items():
            self.places[f"{address}#{name}"] = first + number, where
            file, _, anchor = name.partition("--")
            if file in of_others:
                known = of_others[file] + (f"#{anchor}" if anchor else "")
                self.places[known] = first + number, where
        self.book.append(pages, import_outline=False)
        self._addresses += [address] * len(pages.pages)
        self._join_tags(pages, first)
        return first

    def _join_tags(self, pages: PdfReader, first: int) -> None:
        """Clone the tree of tags, and let its keys follow those of the files before."""
        tree = _root(pages).get("/StructTreeRoot")
        if tree is None:
            return
        document = tree["/K"].clone(self.book)
        self._trees.append(document.indirect_reference)
        names = tree["/ParentTree"]["/Nums"]
        for key, parent in zip(names[::2], names[1::2], strict=True):
            known = parent.get_object().clone(self.book)
            self._parents.extend([NumberObject(key + self._next), known.indirect_reference])
        for page, original in zip(self.book.pages[first:], pages.pages, strict=True):
            # pypdf copies the key of a link and leaves that of a page
            page[NameObject("/StructParents")] = NumberObject(
                original["/StructParents"] + self._next
            )
            for note in page.get("/Annots", []):
                link = note.get_object()
                if "/StructParent" in link:
                    link[NameObject("/StructParent")] = NumberObject(
                        link["/StructParent"] + self._next
                    )
        self._next += tree["/ParentTreeNextKey"]

    def finish(self) -> PdfWriter:
        """Write tags, links and numbers of pages into the book."""
        root = self.book.root_object
        if self._trees:
            parents = DictionaryObject({NameObject("/Nums"): self._parents})
            tree = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/StructTreeRoot"),
                    NameObject("/K"): self._trees,
                    NameObject("/ParentTree"): self.book._add_object(parents),
                    NameObject("/ParentTreeNextKey"): NumberObject(self._next),
                }
            )
            reference = self.book._add_object(tree)
            for document in self._trees:
                document.get_object()[NameObject("/P")] = reference
            root[NameObject("/StructTreeRoot")] = reference
            root[NameObject("/MarkInfo")] = DictionaryObject(
                {NameObject("/Marked"): BooleanObject(True)}
            )
        for number, page in enumerate(self.book.pages):
            self._link(page, self._addresses[number])
            if number:
                self._stamp(page, str(number + 1))
        return self.book

    def _link(self, page: PageObject, address: str) -> None:
        """Let the links of a page lead to places of the book; other links to files are dropped."""
        notes = page.get("/Annots", ArrayObject())
        for reference in list(notes):
            note = reference.get_object()
            target = self._target(note, address)
            if target is None:
                continue
            place = self.places.get(target) or self.places.get(target.partition("#")[0])
            note.pop("/A", None)
            note.pop("/Dest", None)
            if place is None:
                notes.remove(reference)
                continue
            number, where = place
            leads = [self.book.pages[number].indirect_reference, *where]
            note[NameObject("/Dest")] = ArrayObject(leads)

    @staticmethod
    def _target(note: DictionaryObject, address: str) -> str | None:
        """Address within the book that a link means, or None for a link that leaves it."""
        named = note.get("/Dest")
        if isinstance(named, str):
            return f"{address}#{named.removeprefix('/')}"
        link = urlsplit(str(note.get("/A", {}).get("/URI", "")))
        if link.scheme != "file":
            return None
        anchor = f"#{unquote(link.fragment)}" if link.fragment else ""
        return unquote(link.path) + anchor

    def _stamp(self, page: PageObject, number: str) -> None:
        """Write a number into the middle of the foot, as what a screen reader passes over."""
        fonts = page["/Resources"].setdefault(NameObject("/Font"), DictionaryObject()).get_object()
        fonts[NameObject("/BookNumber")] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        left = float(page.mediabox.width) / 2 - len(number) * SIZE * 0.28
        text = f"Q /Artifact BMC BT /BookNumber {SIZE} Tf {left:.1f} {FOOT} Td ({number}) Tj ET EMC"
        before, after = (self._stream(part) for part in ("q", text))
        content = page.raw_get("/Contents")
        page[NameObject("/Contents")] = ArrayObject([before, content, after])

    def _stream(self, text: str) -> PdfObject:
        stream = StreamObject()
        stream.set_data(text.encode())
        return self.book._add_object(stream)


def places(pages: PdfReader) -> dict[str, Place]:
    """The places of a printed chapter that its links lead to, by name."""
    numbers = {page.indirect_reference.idnum: k for k, page in enumerate(pages.pages)}
    named = (_root(pages).get("/Dests") or {}).items()
    return {name[1:]: (numbers[page.idnum], where) for name, (page, *where) in named}


def page_of(pages: PdfReader, name: str) -> int:
    """Page on which a joined file begins; the first file of its chapter has a link to it."""
    found = places(pages).get(name)
    if found is None:
        raise SystemExit(f"pdf: no link leads to {name}; the page above it must have one.")
    return found[0]


def _root(pages: PdfReader) -> DictionaryObject:
    return pages.trailer["/Root"].get_object()
