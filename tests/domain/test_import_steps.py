"""How far an import says that it is."""

from __future__ import annotations

import pytest

from tracker.domain.import_steps import LIBRARY, PLAN, share_done, step_word


@pytest.mark.parametrize(
    ("step", "done", "total", "share"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 33),
        (2, 0, 0, 66),
        (2, 3500, 7000, 83),
        (2, 9, 7, 100),
        (3, 0, 0, 100),
    ],
)
def test_each_step_counts_as_much_and_the_last_by_its_rows(
    step: int, done: int, total: int, share: int
) -> None:
    assert share_done(LIBRARY, step, done, total) == share


def test_an_import_that_is_over_keeps_its_last_word() -> None:
    assert step_word(PLAN, 9) == "写入草稿"
    assert step_word(LIBRARY, 2, 3500, 7000) == "写入指标库，已导入 3,500 / 7,000 行"
    assert step_word(LIBRARY, 2, 0, 7000) == "写入指标库，共 7,000 行，约需几秒"
