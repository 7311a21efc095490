"""Writes small PDFs by hand: Chinese letters at given places, ruled lines, pictures; good and hostile."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
#: What a line may not end within: a figure, and a letter with the marks that follow it.
PIECES = re.compile(r"[（“《]*(?:[\x21-\x7e]+|.)[，。、；：）”》]*")

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
    b"/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
)
LETTERS = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /W [32 [%s]] "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 /Ascent 800 /Descent -200 >> >>"
)
PICTURE = b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceRGB "


def pack(words: bytes, more: bytes = b"") -> bytes:
    return stream(zlib.compress(words, 9), b"/Filter /FlateDecode " + more)


def stream(words: bytes, more: bytes = b"") -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (more, len(words), words)


def file_of(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a file of these objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, words in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, words)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF"
    return bytes(out + head + table + tail % (len(objects) + 1, trailer, len(out)))


def tree(kids: bytes, count: int) -> list[bytes]:
    """Return a catalogue and the root of its pages."""
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return [b"<< /Type /Catalog /Pages 2 0 R >>", pages]


def page_of(content: bytes, resources: bytes = b"") -> bytes:
    """Return a file of one page with this stream as its content, and object 5 left to `resources`."""
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s %s >> /Contents 4 0 R >>"
    return file_of([*tree(b"3 0 R", 1), page % (font, resources), content])


@dataclass(slots=True)
class Drawn:
    """A page that is drawn on: letters by their lower left corner, lines by their ends."""

    orders: list[str] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)

    def write(
        self, x: float, y: float, words: str, size: float = 16, turn: str = "1 0 0 1"
    ) -> None:
        self.letters |= set(words)
        codes = "".join(f"{ord(one):04x}" for one in words)
        self.orders.append(f"BT /F1 {size} Tf {turn} {x} {y} Tm <{codes}> Tj ET")

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.orders.append(f"0.5 w {x0} {y0} m {x1} {y1} l S")

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        for x in xs:
            self.rule(x, min(ys), x, max(ys))
        for y in ys:
            self.rule(min(xs), y, max(xs), y)

    def picture(self) -> None:
        self.orders.append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /P1 Do Q")


def _letters_map(letters: set[str], known: bool) -> bytes:
    rows = "\n".join(f"<{ord(one):04x}> <{ord(one):04x}>" for one in sorted(letters))
    rows = rows if known else ""
    words = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(letters)} beginbfchar\n{rows}\n"
        "endbfchar endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    return pack(words.encode("ascii"))


def drawn(*pages: Drawn, known: bool = True) -> bytes:
    """Return a file of drawn pages; its font says what its codes mean only when `known`."""
    letters = {one for page in pages for one in page.letters}
    count = len(pages)
    narrow = " ".join("500" for _ in range(32, 127))
    fixed = [
        FONT,
        LETTERS % narrow.encode(),
        _letters_map(letters, known),
        pack(b"\0" * 300, PICTURE),
    ]
    kids = b" ".join(b"%d 0 R" % (7 + 2 * number) for number in range(count))
    leaves: list[bytes] = []
    for number, page in enumerate(pages):
        leaves += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /P1 6 0 R >> >> >>"
            % (WIDTH, HEIGHT, 8 + 2 * number),
            pack("\n".join(page.orders).encode("ascii")),
        ]
    return file_of([*tree(kids, count), *fixed, *leaves])


def set_text(text: str, *, columns: int = 28, size: float = 16, lines: int = 22) -> list[Drawn]:
    """Set paragraphs as an office does: two letters' indent, a head and a numbered foot on each page."""
    rows: list[tuple[float, str]] = []
    for paragraph in text.splitlines():
        words, indent, room = "", 2, columns - 2.0
        for piece in PIECES.findall(paragraph):
            width = sum(0.5 if one.isascii() else 1 for one in piece)
            if width > room:
                rows.append((72 + indent * size, words))
                words, indent, room = "", 0, float(columns)
            words, room = words + piece, room - width
        rows.append((72 + indent * size, words))
    pages = []
    for number, start in enumerate(range(0, len(rows), lines), start=1):
        page = Drawn()
        page.write(230, 800, "某某县某某局文件", 10)
        page.write(270, 40, f"— {number} —", 14)
        for index, (x, words) in enumerate(rows[start : start + lines]):
            page.write(x, 740 - index * 28, words, size)
        pages.append(page)
    return pages
