"""The official layout of documents (公文格式, GB/T 9704): page, grid, fonts, styles, page numbers of a .docx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from math import floor
from xml.sax.saxutils import escape

from tracker.documents.ledger import UNPRINTABLE

# Millimetres, as the standard gives them. What is left of A4 (210 × 297) is right and foot margin.
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TYPE_WIDTH, TYPE_HEIGHT = 156, 225
HEAD_MARGIN, LEFT_MARGIN = 37, 28
RIGHT_MARGIN = PAGE_WIDTH - LEFT_MARGIN - TYPE_WIDTH
FOOT_MARGIN = PAGE_HEIGHT - HEAD_MARGIN - TYPE_HEIGHT
FOOTER = (
    25  # from the page's edge: the dashes beside the page number stand 7 mm below the type area
)
LINES, CHARACTERS = 22, 28
DATE_INDENT = 4  # characters from the right

# Points: 2号, 3号, 4号, 五号.
TITLE_SIZE, TEXT_SIZE, PAGE_NUMBER_SIZE, TABLE_SIZE = 22, 16, 14, 10.5

TITLE_FONT, TEXT_FONT = "方正小标宋简体", "仿宋_GB2312"
FIRST_FONT, SECOND_FONT, PAGE_FONT = "黑体", "楷体_GB2312", "宋体"
_OTHER_NAMES = {TITLE_FONT: "小标宋", TEXT_FONT: "仿宋", SECOND_FONT: "楷体"}

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a file's time in the archive: always the same


def twips(millimetres: float) -> int:
    """Return a length in twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


LINE = twips(TYPE_HEIGHT) // LINES  # rounded down, so that the last line fits
CHARACTER = TYPE_WIDTH / CHARACTERS  # of the grid, in millimetres
# How much narrower than its size a character of the text is set: in 4096ths of a point, as the grid says it …
CHARACTER_SPACE = round((CHARACTER / 25.4 * 72 - TEXT_SIZE) * 4096)
# … and in twips, as the text has it: a twip more than needed, because renderers round each character's width; what
# is left is spread over the line. The paragraphs are held to the grid by
# this and by their exact line, not by snapping: LibreOffice gives a character that is larger than its cell two cells.
TIGHTER = floor((CHARACTER / 25.4 * 72 - TEXT_SIZE) * 20) - 1


def characters(number: float) -> int:
    """Return the width of some characters of the text, in twips."""
    return twips(CHARACTER * number)


def safe(text: str) -> str:
    """Return text as XML can hold it."""
    return escape(text.translate(UNPRINTABLE))


def paragraph(style: str, words: str, properties: str = "") -> str:
    """Return a paragraph in a style, with what its properties add."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{run(words) if words else ""}</w:p>'


def run(words: str, style: str = "") -> str:
    """Return words in a character style; nothing for no words."""
    if not words:
        return ""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{safe(words)}</w:t></w:r>'


def signature(bureau: str, day: str) -> str:
    """Return the bureau's name centred over the date, which ends four characters from the right."""
    wide = sum(0.5 if sign.isascii() else 1 for sign in day)
    name = sum(0.5 if sign.isascii() else 1 for sign in bureau)
    centred = max(0.0, DATE_INDENT + (wide - name) / 2)
    blank = '<w:p><w:pPr><w:pStyle w:val="Flush"/><w:keepNext/></w:pPr></w:p>'
    return (
        blank * 2
        + paragraph("Signature", bureau, f"<w:keepNext/>{_from_right(centred)}")
        + paragraph("Signature", day, _from_right(DATE_INDENT))
    )


def _from_right(number: float) -> str:
    return f'<w:ind w:rightChars="{round(number * 100)}" w:right="{characters(number)}"/>'


def package(body: str, *, title: str, author: str, moment: datetime) -> bytes:
    """Return the .docx with this body; the same bytes for the same body and moment."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            {
                "rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
                "rId2": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _core(title, author, moment),
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": (f"{_OFFICE}/styles", "styles.xml"),
                "rId2": (f"{_OFFICE}/settings", "settings.xml"),
                "rId3": (f"{_OFFICE}/fontTable", "fontTable.xml"),
                "rId4": (f"{_OFFICE}/footer", "footer1.xml"),
                "rId5": (f"{_OFFICE}/footer", "footer2.xml"),
            }
        ),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{_page()}</w:body></w:document>",
        "word/fontTable.xml": _fonts(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
        "word/settings.xml": _settings(),
        "word/styles.xml": _styles(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.compress_type = 0, zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_HEAD + xml).encode(), compresslevel=6)
    return buffer.getvalue()


def _content_types() -> str:
    kinds = {
        "/word/document.xml": f"{_MAIN_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_MAIN_TYPE}.styles+xml",
        "/word/settings.xml": f"{_MAIN_TYPE}.settings+xml",
        "/word/fontTable.xml": f"{_MAIN_TYPE}.fontTable+xml",
        "/word/footer1.xml": f"{_MAIN_TYPE}.footer+xml",
        "/word/footer2.xml": f"{_MAIN_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    parts = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    parts = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{parts}</Relationships>'


def _core(title: str, author: str, moment: datetime) -> str:
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{safe(title)}</dc:title><dc:creator>{safe(author)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>'
    )


def _page() -> str:
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{twips(PAGE_WIDTH)}" w:h="{twips(PAGE_HEIGHT)}"/>'
        f'<w:pgMar w:top="{twips(HEAD_MARGIN)}" w:right="{twips(RIGHT_MARGIN)}" w:bottom="{twips(FOOT_MARGIN)}" '
        f'w:left="{twips(LEFT_MARGIN)}" w:header="{twips(15)}" w:footer="{twips(FOOTER)}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{CHARACTER_SPACE}"/></w:sectPr>'
    )


def fonts(name: str) -> str:
    """Return the run property that sets a font for Chinese, letters and digits alike."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _fonts() -> str:
    names = (TITLE_FONT, TEXT_FONT, FIRST_FONT, SECOND_FONT, PAGE_FONT)
    parts = "".join(
        f'<w:font w:name="{name}">{_alternative(name)}<w:charset w:val="86"/></w:font>'
        for name in names
    )
    return f"<w:fonts {_W}>{parts}</w:fonts>"


def _alternative(name: str) -> str:
    return f'<w:altName w:val="{_OTHER_NAMES[name]}"/>' if name in _OTHER_NAMES else ""


def _footer(side: str) -> str:
    """Return the page number between dashes, one character from the outer edge."""
    indent = f'<w:ind w:{side}Chars="100" w:{side}="{round(PAGE_NUMBER_SIZE * 20)}"/>'
    return (
        f'<w:ftr {_W} {_R}><w:p><w:pPr><w:pStyle w:val="PageNumber"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _settings() -> str:
    return (
        f"<w:settings {_W}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _styles() -> str:
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{characters(2)}"/>'
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
    flush = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    single = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    return (
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts(TEXT_FONT)}{_size(TEXT_SIZE)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f'<w:pPr><w:snapToGrid w:val="0"/>{exact}<w:jc w:val="both"/></w:pPr>'
        f'<w:rPr><w:spacing w:val="{TIGHTER}"/>{_size(TEXT_SIZE)}</w:rPr></w:style>'
        + _style("Text", "公文正文", indent)
        + _style("Flush", "公文顶格", "")
        + _style("Title", "公文标题", '<w:jc w:val="center"/>', TITLE_FONT, TITLE_SIZE)
        + _style("Number", "公文期号", '<w:jc w:val="center"/>', SECOND_FONT)
        + _style(
            "First", "公文一级标题", f'<w:keepNext/>{indent}<w:outlineLvl w:val="0"/>', FIRST_FONT
        )
        + _style("Signature", "公文署名", '<w:jc w:val="right"/>')
        + _style("Annex", "公文附件", "<w:keepNext/><w:pageBreakBefore/>", FIRST_FONT)
        + _style("Cell", "公文表格", f'{single}{flush}<w:jc w:val="left"/>', TEXT_FONT, TABLE_SIZE)
        + _style(
            "CellHead",
            "公文表头",
            f'<w:keepNext/>{single}{flush}<w:jc w:val="center"/>',
            FIRST_FONT,
            TABLE_SIZE,
        )
        + _style(
            "PageNumber",
            "公文页码",
            '<w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/>',
            PAGE_FONT,
            PAGE_NUMBER_SIZE,
        )
        + '<w:style w:type="character" w:customStyle="1" w:styleId="Second"><w:name w:val="公文二级标题"/>'
        f"<w:rPr>{fonts(SECOND_FONT)}</w:rPr></w:style></w:styles>"
    )


def _style(key: str, name: str, paragraph: str, font: str = "", size: float = 0) -> str:
    run = (fonts(font) if font else "") + (f'<w:spacing w:val="0"/>{_size(size)}' if size else "")
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )
