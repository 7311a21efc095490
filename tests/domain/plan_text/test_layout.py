"""How a document is laid out: its parts, its chrome, what is asked for and what is only said."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.plan_text import PlanReading, SectionKind, read_plan


def plan(*lines: str) -> PlanReading:
    return read_plan("2024年工作计划\n" + "\n".join(lines) + "\n")


def tasks(*lines: str) -> list[str]:
    return [task.text for task in plan(*lines).tasks]


def test_an_announcement_is_no_part_of_the_document() -> None:
    reading = read_plan(
        "县人社局关于2023年工作情况的报告\n"
        "现将我局2023年工作情况及下一步打算报告如下。\n"
        "一、2023年主要工作成效\n新增就业5217人。\n"
        "二、下一步打算\n2024年，开发岗位300个。\n"
    )

    assert [(one.heading, one.kind) for one in reading.sections] == [
        ("2023年主要工作成效", SectionKind.REVIEW),
        ("下一步打算", SectionKind.PLAN),
    ]
    assert reading.plan_year == 2024


def test_a_review_s_opening_lines_tell_results_too() -> None:
    reading = read_plan(
        "县文旅局2023年工作总结\n全年接待游客682万人次。\n一、主要工作\n新建步道6公里。\n"
        "二、存在的问题\n仍有5个短板。\n三、明年打算\n修建旅游厕所8座。\n"
    )

    assert [(one.name, one.value) for one in reading.results] == [("游客", "682"), ("步道", "6")]
    assert reading.plan_year == 2024


def test_problems_inside_a_review_end_with_the_next_heading() -> None:
    reading = read_plan(
        "县文旅局2023年工作总结和2024年工作计划\n一、2023年工作总结\n"
        "（一）存在问题\n仅有专职人员4人。\n（二）主要成效\n新建步道6公里。\n"
        "二、2024年工作计划\n修建旅游厕所8座。\n"
    )

    assert [(one.name, one.value) for one in reading.results] == [("步道", "6")]


def test_traditional_numerals_head_the_parts() -> None:
    reading = read_plan(
        "县供销社2024年工作打算\n壹、总的要求\n做实为农服务。\n贰、主要任务\n一、抓购销。销售额达到21亿元。\n"
    )

    assert [one.kind for one in reading.sections] == [SectionKind.OTHER, SectionKind.PLAN]
    assert [item.title for item in reading.items] == ["抓购销"]


@pytest.mark.parametrize(
    "line",
    [
        "【打印本页】 【关闭窗口】",
        "主办：县委组织部    技术支持：县大数据中心    网站标识码：3499990001",
        "主办：县人民政府办公室　承办：县大数据中心",
        "……",
        "（2024年3月）",
        "合计5项。",
        "同志们，使命重在担当，实干铸就辉煌。让我们锐意进取，奋力开创新局面！",
        "谢谢大家！",
        "本季度暂无工作任务。",
        "宣传工作事关党的前途命运，事关国家长治久安，是一项极端重要的工作。",
        "就业是最基本的民生。",
        "去年，我县刊发稿件216篇；全年获奖12项。",
        "刚才，三家单位作了发言，讲得都很好。",
        "下面，我讲三点意见。",
    ],
)
def test_what_asks_for_nothing_is_no_task(line: str) -> None:
    assert tasks("一、抓好落实。开展专项检查。", line) == ["开展专项检查"]


def test_a_line_that_dates_the_paper_is_left_out_at_its_end_alone() -> None:
    text = "序号\n工作任务\n牵头股室\n完成时限\n1\n建成公物仓\n资产股\n2024年11月\n2\n修订办法\n采购股\n2024年12月\n"
    reading = read_plan("县财政局2024年任务分解表\n" + text)

    assert [task.due_on for task in reading.tasks] == [date(2024, 11, 30), date(2024, 12, 31)]
    assert tasks("一、抓好落实。开展专项检查。", "县财政局", "2024年3月") == ["开展专项检查"]


def test_the_spirit_of_an_opening_paragraph_is_no_task() -> None:
    found = tasks(
        "新的一年，县供销社以为农服务为宗旨，充分发挥独特优势。",
        "储备化肥1万吨。",
        "整合快递资源。",
    )

    assert found == ["储备化肥1万吨", "整合快递资源"]


def test_a_task_may_end_in_asking_for_approval() -> None:
    assert tasks("一、抓好落实。形成调研报告并提请审议。") == ["形成调研报告并提请审议"]


def test_a_target_that_ends_in_task_is_no_title() -> None:
    assert tasks("主要目标是：收入增长5%；各项指标完成县下达任务。") == [
        "收入增长5%",
        "各项指标完成县下达任务",
    ]


def test_wrapped_lines_are_joined_where_entries_end_in_owner_brackets() -> None:
    found = tasks(
        "    一、聚焦招大引强，提升产业集聚度。围绕主导产业绘制图谱，开展以商招商。全年新",
        "签约亿元以上项目25个、协议总投资120亿元。（责任单位：招商合作局、产业服务中心）",
        "    二、聚焦项目建设，提升投资贡献度。实行专班推进机制。清理闲置低效用地300亩，消化",
        "批而未供土地500亩。（责任单位：建设发展局、自然资源分局）",
        "    三、聚焦平台提质，提升承载支撑力。投资3.6亿元建设标准化厂房10万平方米。启动扩",
        "区调区申报工作。（责任单位：开投公司）",
    )

    assert "全年新签约亿元以上项目25个、协议总投资120亿元" in found
    assert "清理闲置低效用地300亩，消化批而未供土地500亩" in found


@pytest.mark.parametrize(
    "after", ["2024年民生实事项目表", "附件1", "同时，统筹做好工会工作。", "……"]
)
def test_the_last_sentence_of_a_list_is_a_task_whatever_follows(after: str) -> None:
    reading = plan("1.新建卫生室2所。", "2.改扩建食堂1个，开学前投用。", after)

    assert reading.items == ()
    assert reading.tasks[1].text == "改扩建食堂1个，开学前投用"


def test_a_sentence_after_a_list_of_sentences_is_a_task_without_figures_too() -> None:
    reading = plan("1.加强党的建设。", "2.深化机关创建。", "同时，统筹做好工会工作。")

    assert reading.items == ()


def test_numbers_parted_by_a_blank_alone_are_enumerators() -> None:
    reading = plan(
        "1 项目建设", "1.1 完成投资3亿元", "1.2 建成房源600套", "2 融资工作", "2.1 融资25亿元"
    )

    assert [item.title for item in reading.items] == ["项目建设", "融资工作"]
    assert [task.text for task in reading.tasks] == ["完成投资3亿元", "建成房源600套", "融资25亿元"]


def test_first_and_second_inside_a_line_part_the_tasks() -> None:
    assert tasks("二、服务大局。首先，举办竞赛8项。其次，征集成果100项。最后，评选标兵5名。") == [
        "举办竞赛8项",
        "征集成果100项",
        "评选标兵5名",
    ]


def test_a_sheet_of_fields_is_read_field_by_field() -> None:
    reading = plan(
        "任务名称：夏季整治行动",
        "工作内容：开展清查12次；打掉团伙6个",
        "责任单位：治安大队",
        "任务名称：反诈攻坚",
        "工作内容：挽损500万元",
        "责任单位：刑侦大队",
    )

    assert [(task.text, task.lead) for task in reading.tasks] == [
        ("夏季整治行动", ("治安大队",)),
        ("开展清查12次", ("治安大队",)),
        ("打掉团伙6个", ("治安大队",)),
        ("反诈攻坚", ("刑侦大队",)),
        ("挽损500万元", ("刑侦大队",)),
    ]
    assert tasks("任务名称：") == []


def test_a_table_s_title_in_the_middle_of_the_text_is_no_task() -> None:
    reading = plan(
        "一、抓好落实。开展专项检查。",
        "2024年民生实事项目表",
        "序号\t工作任务\t责任单位",
        "1\t新建幼儿园\t教育局",
    )

    assert [task.text for task in reading.tasks] == ["开展专项检查", "新建幼儿园"]


def test_a_column_of_aims_beside_the_tasks_gives_targets_alone() -> None:
    reading = plan(
        "序号\t重点工作\t目标任务\t责任单位",
        "1\t招商引资\t引进项目2个\t招商局",
        "2\t城市更新\t改造小区5个\t住建局",
    )

    assert [task.text for task in reading.tasks] == ["招商引资", "城市更新"]
    assert [(one.name, one.value) for one in reading.targets] == [("项目", "2"), ("小区", "5")]


def test_two_columns_of_which_only_the_coarser_is_an_aim_stay_tasks() -> None:
    reading = plan(
        "序号\t目标任务\t工作要求\t责任单位",
        "1\t招商引资\t引进项目2个\t招商局",
        "2\t强化服务\t改造小区5个\t住建局",
    )

    assert "引进项目2个" in [task.text for task in reading.tasks]


def test_a_growth_column_of_an_indicator_table_gives_growth() -> None:
    reading = plan("序号\t指标名称\t单位\t2024年目标\t增长（%）", "1\t工业增加值\t亿元\t67.3\t10")

    assert [(one.name, one.measure, one.value, one.unit) for one in reading.targets] == [
        ("工业增加值", "amount", "67.3", "亿元"),
        ("工业增加值", "growth", "10", "%"),
    ]


def test_a_row_with_a_chinese_number_groups_the_rows_below() -> None:
    reading = plan(
        "编号\t重点工作\t工作措施\t责任部门",
        "一\t政治建设\t\t",
        "1\t理论学习\t组织党日12次\t宣传部",
        "二\t作风建设\t\t",
    )

    assert [item.title for item in reading.items] == ["政治建设", "作风建设"]


def test_a_second_line_of_the_title_is_no_heading() -> None:
    reading = plan("重点工作任务", "加强监管，对全县企业开展安全生产专项检查。", "完成整改。")

    assert reading.items == ()
