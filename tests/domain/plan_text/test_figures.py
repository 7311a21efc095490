"""How figures are read: which count, what they measure, whose name they carry."""

from __future__ import annotations

import pytest

from tracker.domain.plan_text.canvas import prepare, tightened
from tracker.domain.plan_text.model import Bound, Measure
from tracker.domain.plan_text.naming import left_name
from tracker.domain.plan_text.pairing import Found
from tracker.domain.plan_text.targets import quantified


def read(words: str, known: str = "") -> list[Found]:
    plain = tightened(prepare(words)).plain
    return quantified(plain, 0, len(plain), known)


def named(words: str, known: str = "") -> list[tuple[str, str | None, str]]:
    return [(one.name, one.value, one.unit) for one in read(words, known)]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("税收、非税收入分别增长5%、6%", [("税收", "5"), ("非税收入", "6")]),
        (
            "送戏、放电影分别不少于150场和200场",
            [("送戏", "150"), ("放电影", "200")],
        ),
        (
            "城乡居民人均可支配收入分别增长6%和8%",
            [("城镇居民人均可支配收入", "6"), ("农村居民人均可支配收入", "8")],
        ),
        (
            "养老保险、工伤保险参保人数分别达到3万人和2万人",
            [("养老保险参保人数", "3"), ("工伤保险参保人数", "2")],
        ),
        ("小学、初中大班额比例分别为1%和2%", [("小学大班额比例", "1"), ("初中大班额比例", "2")]),
        ("保险深度、保险密度分别达到3%和2600元", [("保险深度", "3"), ("保险密度", "2600")]),
        (
            "一季度、上半年分别完成年度投资计划的20%、50%",
            [("年度投资计划", "20"), ("年度投资计划", "50")],
        ),
        (
            "购进总额达18亿元，销售总额达21亿元，分别增长7%和8%",
            [("购进总额", "18"), ("销售总额", "21"), ("购进总额", "7"), ("销售总额", "8")],
        ),
        (
            "城乡居民收入分别达到3万元、2万元，增长5%和7%",
            [
                ("城镇居民收入", "3"),
                ("农村居民收入", "2"),
                ("城镇居民收入", "5"),
                ("农村居民收入", "7"),
            ],
        ),
        (
            "工资保证金、实名制覆盖率均达到100%",
            [("工资保证金覆盖率", "100"), ("实名制覆盖率", "100")],
        ),
        ("甲、乙、丙分别增长5%和6%", [("甲、乙、丙", "5"), ("甲、乙、丙", "6")]),
        ("税收收入增长5%和6%", [("税收收入", "5"), ("税收收入", "6")]),
        ("会议费分别压减5%、6%", [("会议费", "5"), ("会议费", "6")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_figures_strung_together_belong_to_the_things_in_their_order(
    words: str, wanted: list[tuple[str, str]]
) -> None:
    assert [(name, value) for name, value, _ in named(words)] == wanted


def test_the_bound_of_the_first_of_a_string_holds_for_all() -> None:
    found = read("送戏、放电影分别不少于150场和200场")

    assert [one.bound for one in found] == [Bound.AT_LEAST, Bound.AT_LEAST]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("新建标准化加工厂三座，", ("加工厂", "3", "座")),
        ("举办读书活动两期", ("读书活动", "2", "期")),
        ("新建变电站、污水处理厂一座", ("污水处理厂", "1", "座")),
        ("土地托管面积扩大到十二万亩次", ("土地托管面积", "12", "万亩次")),
        ("烟叶收购量达到1.25万担", ("烟叶收购量", "1.25", "万担")),
        ("开展避险演练20场（次）", ("避险演练", "20", "场（次）")),
        ("接入视频探头1000路", ("视频探头", "1000", "路")),
        ("货物周转量9亿吨公里", ("货物周转量", "9", "亿吨公里")),
        ("库款保障水平保持在0.3-0.8合理区间", ("库款保障水平", "0.3-0.8", "")),
        ("平均等待时间缩短至20分钟以内", ("平均等待时间", "20", "分钟")),
    ],
)
def test_a_figure_has_its_name_value_and_unit(words: str, wanted: tuple[str, str, str]) -> None:
    (found,) = named(words)

    assert (found[0].endswith(wanted[0]), *found[1:]) == (True, *wanted[1:])


@pytest.mark.parametrize(
    "words",
    [
        "推动鑫源铸造三期、恒骏电驱二期，",
        "打造一支政治过硬、本领高强的队伍",
        "召开一次调度会议，",
        "做好全国1%人口抽样调查",
        "选育首路公交",
        "开通5路公交车",
        "消除10万元以下村",
        "每月开展一次18项核心制度督查",
    ],
)
def test_a_figure_that_only_names_gives_no_row(words: str) -> None:
    assert named(words) == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("覆盖面由82%提高到90%", ["90"]),
        ("病种从5个增加到10个", ["10"]),
        ("完成年度目标任务2600人的109%", ["109"]),
        ("新签约亿元以上项目25个，其中10亿元以上5个", ["25", "5"]),
        ("年收入50万元以上的村占比达到65%", ["65"]),
    ],
)
def test_an_old_level_a_base_or_a_size_is_not_the_target(words: str, wanted: list[str]) -> None:
    assert [value for _, value, _ in named(words)] == wanted


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("与家长签订承诺书2300份", "承诺书"),
        ("围绕“三个一号工程”开设专栏8个", "专栏"),
        ("教研室每学期组织教学视导2轮", "教学视导"),
        ("牢牢守住18万亩耕地红线", "耕地红线"),
        ("为1.2万名困难群众代缴保费", "困难群众"),
        ("为8000名80周岁以上老年人发放津贴", "80周岁以上老年人"),
        ("惠及126个村（社区）开通代办", "村（社区）"),
        ("打造智能工厂（数字化车间）4个", "智能工厂（数字化车间）"),
        ("路面状况指数（PQI）不低于88", "路面状况指数（PQI）"),
        ("建设“三路”（资源路、旅游路、产业路、致富路）45公里", "“三路”"),
        ("新签约项目11个", "新签约项目"),
        ("平均降价53%", "平均降价"),
        ("打通人民西路、学府路等断头路4条", "断头路"),
        ("新建学校、医院等项目5个", "学校、医院等项目"),
        ("普通门诊统筹累计结算11万人次", "普通门诊统筹"),
        ("组织235人参加职称申报", "职称申报"),
        ("投入1.2亿元实施薄弱环节改善项目", "薄弱环节改善项目"),
        ("推进周转房建设，新建30套", "周转房建设"),
        ("灵活就业人员参加制度实现突破，达到300人", "灵活就业人员"),
        ("预算执行达到支出进度的95%", "预算执行"),
        ("确保12月31日前完成征缴任务的85%", "征缴任务"),
        ("在册人员管控率100%", "在册人员管控率"),
        ("春耕前储备化肥1万吨", "化肥"),
        ("在全省综合考核中的排名前移5个位次", "综合考核"),
        ("中考平均分超过全市平均水平10分", "中考平均分"),
    ],
)
def test_a_name_is_the_thing_alone(words: str, name: str) -> None:
    (found,) = named(words)

    assert found[0] == name


def test_no_name_is_a_verb_or_a_joint() -> None:
    assert named("年内打通两条", known="断头路") == [("断头路", "2", "条")]


def test_a_state_of_the_same_stock_is_named_after_it() -> None:
    found = named("生猪出栏46万头、存栏24万头")

    assert [name for name, *_ in found] == ["生猪出栏", "生猪存栏"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("建设白马物流园，总投资3亿元", ["白马物流园总投资"]),
        ("推进综合楼建设，总面积2万平方米，总投资1亿元", ["综合楼建设总面积", "综合楼建设总投资"]),
        (
            "大修甲线12公里，改造乙桥3座，提升丙隧道1处，总投资7800万元",
            ["大修甲线", "乙桥", "丙隧道", "总投资"],
        ),
    ],
)
def test_a_bare_total_is_put_behind_the_one_thing_it_belongs_to(
    words: str, names: list[str]
) -> None:
    assert [name for name, *_ in named(words)] == names


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("排名前移5个位次", Measure.INCREASE),
        ("平均分超过全市平均水平10分", Measure.INCREASE),
        ("审批时限压缩至法定时限的30%", Measure.SHARE),
        ("水利投资力争一季度完成15%", Measure.COMPLETION),
        ("占年度计划投资的111%", Measure.COMPLETION),
    ],
)
def test_measures_of_places_times_and_schedules(words: str, measure: Measure) -> None:
    assert [one.measure for one in read(words)] == [measure]


@pytest.mark.parametrize(
    ("words", "name"), [("修缮村室（社区", "村室"), ("改）建幼儿园", "建幼儿园")]
)
def test_half_a_bracket_is_no_part_of_a_name(words: str, name: str) -> None:
    assert left_name(words) == name
