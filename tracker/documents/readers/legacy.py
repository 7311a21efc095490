"""Older office files (.doc, .wps, .xls, .et, .rtf …): LibreOffice makes them .docx or .xlsx where it is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tracker.documents.readers.archive import has, open_archive
from tracker.documents.readers.document import DocumentText
from tracker.documents.readers.isolate import TOO_HEAVY, end_group, read_guarded
from tracker.documents.readers.weight import weigh
from tracker.domain.errors import DocumentError

SECONDS = 60
MEMORY_BYTES = 4_000_000_000
WRITTEN_BYTES = 200_000_000
#: What each suffix becomes, and the program that can do it by hand.
TARGETS = {
    ".doc": (".docx", "Word 或 WPS"),
    ".wps": (".docx", "WPS"),
    ".rtf": (".docx", "Word 或 WPS"),
    ".odt": (".docx", "Word 或 WPS"),
    ".xls": (".xlsx", "Excel 或 WPS"),
    ".et": (".xlsx", "WPS"),
    ".ods": (".xlsx", "Excel 或 WPS"),
}
_FILTERS = {".docx": "docx:MS Word 2007 XML", ".xlsx": "xlsx:Calc MS Excel 2007 XML"}
_MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_LOCKED = "文件加了密码，读不出来，请去掉密码后再传。"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
)
_KEPT = ("PATH", "SYSTEMROOT", "WINDIR", "PROGRAMFILES", "LANG", "LC_ALL", "FONTCONFIG_PATH")
#: No macros, no links followed, no way out to the network.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop>
</item>
</oor:items>
"""
_one_at_a_time = threading.Lock()


def find_office() -> str | None:
    """Return the LibreOffice program of this machine, None where there is none."""
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


def read_legacy(suffix: str, data: bytes) -> DocumentText:
    """Return the text of an older office file; DocumentError when it is none or nothing here can convert it."""
    target, by_hand = TARGETS[suffix]
    kind = _kind(suffix, data)
    if kind in (".docx", ".xlsx"):
        return read_guarded(kind, data)
    _refuse_locked(data)
    office = find_office()
    if office is None:
        raise DocumentError(
            f"这里没有装 LibreOffice，不能直接读 {suffix} 文件，"
            f"请用 {by_hand} 另存为 {target} 后再导入。"
        )
    converted = _converted(office, kind, data, target)
    if converted is None:
        raise DocumentError(
            f"{suffix} 文件转换不了，可能加了密码或已损坏，请用 {by_hand} 另存为 {target} 后再导入。"
        )
    return read_guarded(target, converted)


def _kind(suffix: str, data: bytes) -> str:
    """Return the suffix that the content itself has: a .wps file may be a .doc or even a .docx."""
    target, by_hand = TARGETS[suffix]
    if data.startswith(_OLE):
        for stream, kind in (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls")):
            if _entry(stream) in data and TARGETS[kind][0] == target:
                return kind
    elif data.startswith(b"{\\rtf") and target == ".docx":
        return ".rtf"
    elif data.startswith(b"PK"):
        return _packed_kind(suffix, data)
    elif data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<", b"mime-version")):
        raise DocumentError(
            f"文件其实是网页，不是 {suffix} 文件，请用 {by_hand} 打开后另存为 {target} 再导入。"
        )
    raise DocumentError(
        f"文件内容不是 {suffix} 格式，与后缀不符，请用 {by_hand} 另存为 {target} 后再导入。"
    )


def _entry(stream: str) -> bytes:
    """Return how a stream's name stands in the directory of a compound file."""
    return f"{stream}\0".encode("utf-16-le")


def _packed_kind(suffix: str, data: bytes) -> str:
    target, by_hand = TARGETS[suffix]
    with open_archive(data) as archive:
        if has(archive, _MAIN_PARTS[target]):
            return target
        if has(archive, "content.xml"):
            weigh(archive)
            return ".odt" if target == ".docx" else ".ods"
    raise DocumentError(
        f"文件内容不是 {suffix} 格式，与后缀不符，请用 {by_hand} 另存为 {target} 后再导入。"
    )


def _refuse_locked(data: bytes) -> None:
    """Refuse a .doc or .xls file that says of itself that it is encrypted."""
    for at in range(512, len(data) - 24, 512):
        if data[at : at + 2] == b"\xec\xa5" and data[at + 11] & 1:
            raise DocumentError(_LOCKED)
        if data[at : at + 4] == b"\x09\x08\x10\x00" and data[at + 20 : at + 22] == b"\x2f\x00":
            raise DocumentError(_LOCKED)


def _converted(office: str, kind: str, data: bytes, target: str) -> bytes | None:
    """Return what LibreOffice makes of a file, None when it makes nothing of it."""
    if not _one_at_a_time.acquire(timeout=SECONDS):
        raise DocumentError("正在转换别的文件，请过一分钟再导入。")
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            return _convert_in(Path(folder), office, kind, data, target)
    finally:
        _one_at_a_time.release()


def _convert_in(folder: Path, office: str, kind: str, data: bytes, target: str) -> bytes | None:
    source, made = folder / f"document{kind}", folder / "made" / f"document{target}"
    source.write_bytes(data)
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    _run(
        [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nodefault", "--nologo", "--nolockcheck"),
            *("--convert-to", _FILTERS[target]),
            *("--outdir", str(made.parent), str(source)),
        ],
        folder,
    )
    return made.read_bytes() if made.is_file() else None


def _run(command: list[str], folder: Path) -> None:
    """Run a program that is ended, with all it started, when its time is up."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    child = subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env={**kept, "HOME": str(folder), "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _limit(child.pid)
        child.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise DocumentError(TOO_HEAVY) from None
    finally:
        end_group(child)


def _limit(pid: int) -> None:
    """Bound the program's memory and files, where the system can do that from outside."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
