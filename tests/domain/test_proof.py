"""Which files are taken as proof, and under what name."""

from __future__ import annotations

import pytest

from tracker.domain.errors import NotReadyError
from tracker.domain.proof import ENDINGS, clean_name, proof_file, size_words

LIMIT = 1000
PDF = b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("印发文件.pdf", PDF),
        ("台账.XLSX", b"PK\x03\x04..."),
        ("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..."),
        ("文稿.wps", b"PK\x03\x04..."),
        ("现场.jpg", b"\xff\xd8\xff\xe0"),
        ("说明.txt", "已印发。".encode()),
        ("说明.txt", "已印发。".encode("utf-16")),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes) -> None:
    taken = proof_file(name, content, LIMIT)

    assert (taken.name, taken.content) == (name, content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("程序.exe", b"MZ", "类型不收"),
        (".pdf", PDF, "类型不收"),
        ("", PDF, "没有名称"),
        ("没有后缀", PDF, "类型不收"),
        ("空.pdf", b"", "空文件"),
        ("大.pdf", PDF + b"." * LIMIT, "超过"),
        ("页面.pdf", b"<html>", "不是 pdf 文件"),
        ("照片.png", b"\xff\xd8\xff", "不是 png 文件"),
        ("二进制.txt", b"a\0b", "不是 txt 文件"),
    ],
)
def test_any_other_is_refused_in_one_sentence(name: str, content: bytes, words: str) -> None:
    with pytest.raises(NotReadyError) as refused:
        proof_file(name, content, LIMIT)

    assert words in refused.value.message


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (r"C:\我的文档\印发.pdf", "印发.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("两\n行<b>.pdf", "两行b.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        (f"{'长' * 200}.docx", f"{'长' * 115}.docx"),
        ("长" * 200, "长" * 120),
        (f"a.{'长' * 200}", f"a.{'长' * 118}"),
    ],
)
def test_a_name_keeps_no_folder_and_nothing_unprintable(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_sizes_are_said_as_one_reads_them() -> None:
    assert [size_words(n) for n in (1, 12_400, 3_440_000)] == ["1 KB", "12 KB", "3.4 MB"]


def test_browsers_are_told_the_endings() -> None:
    assert {".pdf", ".ofd", ".wps"} <= set(ENDINGS)
