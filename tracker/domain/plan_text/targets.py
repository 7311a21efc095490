"""Targets: quantities of a sentence with name, measure, bound and base."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.domain.plan_text import lexicon
from tracker.domain.plan_text.model import Bound, Measure
from tracker.domain.plan_text.naming import (
    base_of,
    left_name,
    purpose_name,
    right_name,
    served_thing,
    strip_head,
    strip_tail,
)
from tracker.domain.plan_text.pairing import PERIODS, Found, paired
from tracker.domain.plan_text.quantities import Quantity, quantities_in

_MARKS = re.compile(r"[，；。：！？\n（）\t]")
_APPENDED = re.compile(r"(?<=[\u4e00-\u9fff”])（(?:[\u4e00-\u9fff“”、]{1,20}|[A-Za-z][A-Za-z0-9.]{1,7})）")
_AT_LEAST = re.compile(
    r"(?:不低于|不少于|不下于|不小于|突破|逾|至少|≥|>|(?<!不)(?:超过|高于|大于|超))[^，。；以上]{0,3}$"
)
_AT_MOST = re.compile(
    r"(?:不超过|不高于|不大于|不多于|控制在|控制到|降至|降到|≤|<|(?<!不)(?:低于|少于|小于))[^，。；]{0,3}$"
)
_ROUGHLY = re.compile(r"(?:约|近|大约|接近)$")
_AFTER = re.compile(r"^(?:的)?(?P<word>及?以上|以内|之内|以下|左右|上下|余)")
_RISE = re.compile(rf"(?:{lexicon.RISES})(?:约|近|超过|超|不低于|不少于|达到?|为|力争|了)*$")
_FALL = re.compile(rf"(?:{lexicon.FALLS})(?:约|近|超过|超|不低于|不少于|达到?|了|各|均|分别)*$")
_LEVEL = re.compile(r"(?:到|至|在|达|达到)(?:约|近|不低于)?$")
_SHARE_HEAD = re.compile(rf"{lexicon.SHARE_HEADS}$")
_FALL_HEAD = re.compile(r"(?:压减(?:比例|率|幅度)|降幅)[^，]{0,6}$")
_RATE_HEAD = re.compile(r"(?:增速|增幅|涨幅|增长率)[^，]{0,6}$")
GROWTH_HEAD = re.compile(r"(?:增长率|增幅|增速|增长|增长速度)$")
COMPLETION_HEAD = re.compile(rf"{lexicon.COMPLETION_HEADS}$")
_OF_PLAN = re.compile(
    rf"(?:完成|占|达到?|实现|为|超|不低于|不少于)"
    rf"(?P<whole>(?:(?!不低于|不少于|达到|占)[^，]){{0,14}}?{lexicon.SHARES_OF_PLAN})(?:\d[\d.]*[\u4e00-\u9fff]{{1,4}})?的?(?:比例)?(?:为|达到?|的)?$"
)
_OF_WHOLE = re.compile(
    r"(?:(?:压缩|缩短|缩减|降低|下降|压减|减少)(?:至|到)|占(?!比)|达到|达(?!标))(?P<whole>[^，]{1,18}?)(?:的)?(?:比例|比重)?(?:为|达到?|的|提高到|提升至|不低于)*$"
)
_FALL_VERB = re.compile(r"^(?:[^，]{0,6})?(?:压减|核减|削减|压缩|减少|降低|化解|压降|缩减)")
_MONEY = re.compile(r"元$|^[万亿]$")
AMOUNT_UNIT = re.compile(
    r"(?:元|亩|亩次|担|棒|公顷|米|公里|㎡|平方|吨|斤|克|方|千瓦|千瓦时|兆瓦|瓦|度|升|里|m²|m³|km|"
    r"MW|KW|kW|kWh|安|分贝|煤|标箱|[万亿])(?:/.+)?$"
)
_OF_A_THING = {"总投资", "总里程", "总面积", "总产值", "建筑面积"}
_PART_OF_A_THING = re.compile(rf"(?:{'|'.join(sorted(_OF_A_THING, key=len, reverse=True))})$")
_GENERIC = re.compile(rf"^(?:{lexicon.GENERIC_HEADS})$")


_REACH = 120


@dataclass(slots=True)
class _Subject:
    """What the sentence has named so far."""

    name: str = ""
    claimed: int = 0
    known: str = ""
    things: int = 0


def _clause_start(plain: str, start: int, at: int) -> int:
    begin = max(start, at - _REACH)
    inner = [match.span() for match in _APPENDED.finditer(plain, begin, at)]
    for match in _MARKS.finditer(plain, begin, at):
        if not any(first <= match.start() < last for first, last in inner):
            begin = match.end()
    return begin


def _clause_end(plain: str, at: int, end: int) -> int:
    end = min(end, at + _REACH)
    inner = [match.span() for match in _APPENDED.finditer(plain, at, end)]
    for match in _MARKS.finditer(plain, at, end):
        if not any(first <= match.start() < last for first, last in inner):
            return match.start()
    return end


def _bound(left: str, right: str, quantity: Quantity) -> Bound:
    after = _AFTER.match(right)
    if quantity.rank:
        return Bound.EQUAL if quantity.first else Bound.AT_MOST
    if after is not None:
        word = after["word"]
        if word in ("左右", "上下"):
            return Bound.ABOUT
        return Bound.AT_LEAST if word in ("以上", "及以上", "余") else Bound.AT_MOST
    if _AT_MOST.search(left):
        return Bound.AT_MOST
    if quantity.more or _AT_LEAST.search(left):
        return Bound.AT_LEAST
    return Bound.ABOUT if _ROUGHLY.search(left) else Bound.EQUAL


def _percent_measure(left: str, name: str) -> Measure:
    if _OF_PLAN.search(left) or COMPLETION_HEAD.search(name) or _BY_THEN.search(left):
        return Measure.COMPLETION
    if _FALL_HEAD.search(left):
        return Measure.REDUCTION
    if _RATE_HEAD.search(left):
        return Measure.GROWTH
    if _LEVEL.search(left) and not re.search(r"(?:增长|下降|增幅|降幅|减少)(?:达|达到)$", left):
        return Measure.GROWTH if GROWTH_HEAD.search(strip_tail(left)) else Measure.SHARE
    if _FALL.search(left):
        return Measure.REDUCTION
    if _RISE.search(left) or GROWTH_HEAD.search(name):
        return Measure.GROWTH
    if _FALL_VERB.match(left.strip("、，")) and not _SHARE_HEAD.search(name):
        return Measure.REDUCTION
    return Measure.SHARE


def _measure(left: str, name: str, quantity: Quantity) -> Measure:
    """Return the measure that verb, unit and name ask for."""
    unit = quantity.unit
    if quantity.rank:
        return Measure.RANK
    if "百分点" in unit or unit == "个点":
        return Measure.REDUCTION if _FALL.search(left) else Measure.INCREASE
    if "位次" in unit or unit == "个名次":
        return Measure.INCREASE
    if unit in ("%", "‰"):
        return _percent_measure(left, name)
    if unit == "倍":
        return Measure.GROWTH
    if unit == "分" and base_of(left):
        return Measure.INCREASE
    return Measure.SHARE if unit in ("", "分") or unit.startswith("次/") else _size(left, unit)


def _size(left: str, unit: str) -> Measure:
    """Return the measure of money, areas and countable things."""
    if _FALL.search(left) and not _LEVEL.search(left):
        return Measure.REDUCTION
    if re.search(r"(?:增加|提高|增长|增收|净增|多收)(?:约|近|超过|不少于|不低于|了)*$", left):
        return Measure.INCREASE
    if AMOUNT_UNIT.search(unit):
        return Measure.REDUCTION if _FALL_VERB.match(left.strip("、，")) else Measure.AMOUNT
    return Measure.COUNT


def _share_name(left: str) -> str:
    """占全部担保业务的 → what stands before 占 or 达到."""
    plan = _OF_PLAN.search(left)
    whole = plan or _OF_WHOLE.search(left)
    name = left_name(left[: whole.start()]) if whole else left_name(left)
    if not name and plan is not None and (
        _NAMED_PLAN.search(plan["whole"]) or len(_PLAN_WORDS.sub("", plan["whole"])) > 1
    ):
        return left_name(plan["whole"])
    if not name and plan is not None and _BY_PERIOD.search(left[: plan.start()]):
        return plan["whole"]
    return name


_NAMED_PLAN = re.compile(r"(?:支出|执行|投资|建设)进度$")
_BY_THEN = re.compile(
    r"(?:季度|半年|月底|月末|月份|年底|全年)[底末前]?(?:累计|要|力争|确保|均|须|应)*(?:完成|过|达到?)(?:不低于|超过)?$"
)
_PLAN_WORDS = re.compile(
    r"年度|年初|全年|全部|当年|本年|目标|任务|计划|预算|进度|总投资|总量|总|下达|确定|既定|市定|县定|序时|工程量|[的数量值省市县区]"
)
_BY_PERIOD = re.compile(rf"{PERIODS.pattern.removesuffix('$')}(?:分别|各|均|累计|要|力争|确保)*$")
_NOUN_UNITS = re.compile(r"(?:人|户|人次|户次|元|亩|公里|吨|斤|%|米)$")


def _name(left: str, right: str, quantity: Quantity) -> str:
    """Return the name from the side of the figure that carries it."""
    if quantity.rank:
        return left_name(_rank_words(left))
    if quantity.unit in ("", "%", "‰") or "百分点" in quantity.unit:
        return _share_name(left)
    from_left, from_right = left_name(left), right_name(right)
    if not from_right or AMOUNT_UNIT.search(quantity.unit):
        return from_left or from_right or purpose_name(right) or _spent_on(left, right, quantity)
    if _NOUN_UNITS.search(quantity.unit):
        return from_left or from_right
    return from_right


def _spent_on(left: str, right: str, quantity: Quantity) -> str:
    """投入1.2亿元实施X项目 → X项目."""
    if not _MONEY.search(quantity.unit) or not re.search(r"(?:投入|安排|筹集|筹措|统筹|落实)$", left):
        return ""
    thing = strip_head(right)
    return thing if thing != right and 2 <= len(thing) <= 24 else ""


def _rank_words(left: str) -> str:
    return re.sub(
        r"(?:排名|位次|名次|排位|成绩|综合排名)?(?:稳居|稳定在|保持在|保持|进入|位居|居|"
        r"列|跻身|力争|争取|确保|均获|荣获|获得|获|挺进|进|达到|位列|名列|排名|排|"
        r"全[省市县国区](?=$)|在|取得|评为|争|上|继续|成效|前|位|处于|"
        r"站稳)+(?:全[省市县国区])?(?:同类县[市区]?|县区|县市区|同类)?$",
        "",
        left,
    )


def _with_context(name: str, plain: str, start: int, clause: int, subject: _Subject) -> str:
    """总投资, 产值 alone are put behind the thing that the clause before named."""
    if not _GENERIC.match(name) or clause <= start + 1 or subject.things > 2:
        return name
    known = subject.name
    whole = _PART_OF_A_THING.search(known)
    known = known[: whole.start()] if whole else known
    if known and len(known) <= 12 and name in _OF_A_THING and name not in known:
        return known + name
    if whole is not None:
        return name
    before = plain[max(start, clause - 60) : clause - 1]
    words = re.split(r"[，；。：]", before)[-1]
    thing = strip_head(words).strip("、， ")
    thing = re.sub(r"(?:等)(?:优势|主导|特色)?(?:产业)$", "", thing) if len(thing) > 16 else thing
    if 2 <= len(thing) <= 14 and not re.search(r"[\d“”、%*]|以上|工作|体系|机制", thing):
        return thing + name
    return name


def _one(
    plain: str, start: int, end: int, quantity: Quantity, subject: _Subject, after: int
) -> Found:
    clause = max(_clause_start(plain, start, quantity.start), subject.claimed)
    left = plain[clause : quantity.start]
    right = plain[quantity.end : min(after, _clause_end(plain, quantity.end, end))]
    name = _name(left, right, quantity)
    if not name:
        name = (
            _from_before(plain, start, clause, left, subject, quantity.unit)
            or _taking_part(right)
            or _fallback(left, right)
        )
    name = _with_context(name, plain, start, clause, subject)
    measure = _measure(left, name, quantity)
    bound = _bound(left, right, quantity)
    return Found(
        name, measure, quantity.value, quantity.unit, bound, base_of(left), clause, quantity.end, quantity.start
    )


def _taking_part(right: str) -> str:
    """组织235人参加职称申报 → 职称申报."""
    match = re.match(r"(?:次)?(?:参加|参与|赴|到)(?P<what>[^，。；、]{2,20})", right)
    return strip_head(match["what"]) if match else ""


def _from_before(
    plain: str, start: int, clause: int, left: str, subject: _Subject, unit: str
) -> str:
    """Return the name that words before this clause give: 推进周转房建设，新建30套 → 周转房建设."""
    if subject.name:
        return _sibling(left, subject.name) or subject.name
    before = re.split(r"[，；：]", plain[max(start, clause - 60) : max(start, clause - 1)])[-1]
    if clause <= start + 1:
        return subject.known
    served = served_thing(before) if unit in ("人", "名", "户") else ""
    thing = served or left_name(re.sub(r"第\d+[次轮批].*", "", before))
    if 2 <= len(thing) <= 14 and not re.search(r"[\d%]|工作|机制|体系|制度$|水平|力度", thing):
        return thing
    return subject.known


_STATES = re.compile(r"(?:出栏|存栏|在建|竣工|开工|交付|受理|办结|招生|毕业)$")


def _sibling(left: str, subject: str) -> str:
    """生猪出栏5万头、存栏3万头 → 生猪存栏."""
    state = _STATES.search(strip_tail(left))
    if state is None or _STATES.search(subject) is None or subject.endswith(state[0]):
        return ""
    return _STATES.sub(state[0], subject)


def _fallback(left: str, right: str) -> str:
    return (
        strip_head(strip_tail(left)).strip("、，：； ")
        or strip_head(left).strip("、，：； ")
        or left.strip("、，：； ")
        or right[:12].strip("、，：； ")
    )


def _claim(plain: str, found: Found, quantity: Quantity, subject: _Subject) -> None:
    """Mark the words that this figure has used up: they name no other one."""
    subject.things += found.name != subject.name
    subject.name = found.name
    subject.claimed = quantity.end
    right = plain[quantity.end : quantity.end + 30]
    if right.lstrip("的").startswith(found.name):
        subject.claimed = quantity.end + right.find(found.name) + len(found.name)
    else:
        word = re.match(r"(?:以上|以内|左右|以下|余)", right)
        subject.claimed = quantity.end + (word.end() if word else 0)


_NAMED_THINGS = re.compile(
    r"(?:[^，。、]{0,6}?)(?:行动|民生工程|民生实事|实事|任务|措施|举措|机制|制度|改革|"
    r"工作|指标|工程)(?:实施|落实|落地|任务|督查|检查|要求|$|[，。、和及])"
)


def _only_names(plain: str, start: int, quantity: Quantity) -> bool:
    """10项暖民心行动: how many points a named programme has is no target."""
    if quantity.unit != "项" or not _NAMED_THINGS.match(plain[quantity.end : quantity.end + 14]):
        return False
    return not re.search(
        r"(?:出台|制定|建立|新增|推出|完善|修订|新建|开展|完成|实施|谋划|承担|申报|争取)$",
        plain[max(start, quantity.start - 12) : quantity.start],
    )


_OF_THE_SIZE = re.compile(
    r"^(?:(?:及?以上|以下|以内)(?:的)?|(?=企业|项目|产业|村|集群|园区|乡镇))(?!资金|"
    r"投资|的?(?:目标|任务))[\u4e00-\u9fff]{0,12}?(?:\d|"
    r"[一二两三四五六七八九十]+[个家户]|占比|比例|达|[*xX×]|实现)"
)


_OF_THAT_SIZE = re.compile(
    r"(?:及?以上|及?以下|以内)(?:的)?[^，。；、\d]{0,6}(?:村|企业|项目|户|农户|商户|单位|园区|乡镇|家庭|基地|水库|锅炉|债务|资金占比|地块)(?:[^率额量值数\d]|$)"
)


def _qualifies(plain: str, quantity: Quantity) -> bool:
    """10亿元以上项目3个: a size that tells which things are meant."""
    sized = _MONEY.search(quantity.unit) or quantity.unit in ("人", "亩")
    after = plain[quantity.end : quantity.end + 24]
    return bool(sized) and (
        _OF_THE_SIZE.match(after) is not None or _OF_THAT_SIZE.match(after) is not None
    )


_MADE = re.compile(r"新建|建成|新增|创建|引进|培育|建设|新改建|举办|打造|组建|改造")

_MADE_AT = re.compile(r"(?:新建|建成|新增|创建|引进|培育|建设|新改建|举办)$")


def _one_thing(plain: str, end: int, quantity: Quantity, left: str) -> bool:
    """新建一座, 新建水厂一座: one thing counts where it is made."""
    if quantity.unit in ("批", "项", "次", "种", "件", "期"):
        return False
    made = list(_MADE.finditer(left))
    whole = _ENDS.match(plain, quantity.end, end) is not None
    return bool(made) and (whole or _MADE_AT.search(left) is not None)


_NUMBERED = {"期", "批", "部", "级", "类", "面", "届", "次", "人次", "项", "种"}
_OLD_LEVEL = re.compile(r"(?:由|从)(?:[^，。；、]{0,10}?的)?$")
_TO_NEW = re.compile(
    r"(?:左右)?，?(?:逐步)?(?:提高|提升|增加|增长|增|扩大|扩|上升|升|缩短|压缩|压减|缩减|减少|减|降低|下降|降|调整|提|拓展|延长)?(?:到|至|为)"
)
_ENDS = re.compile(r"(?:及?以上|左右|以内)?(?:[，。；、）]|$)")
_PLANNED = re.compile(r"(?:任务|目标|计划|预算|指标)数?$")
_SHARE_OF_IT = re.compile(r"的\d[\d.]*%")
_NAMING_SHARE = re.compile(r"(?:的)?(?:人口抽样|人口变动|抽样|股权|股份|税率|首付)")


def _counts(plain: str, start: int, end: int, quantity: Quantity) -> bool:
    """Chinese figures only name things unless an action is done to so many of them."""
    if quantity.unit in ("天", "个工作日", "小时", "分钟") and not re.search(
        r"(?:天数|时限|时间|时长|提前量|周期|耗时|压缩|缩短|控制|期限|减少|增加|延长|提高|提前)[^，]{0,8}$",
        plain[max(start, quantity.start - 12) : quantity.start],
    ):
        return False
    if re.search(r"[第每]$", plain[max(start, quantity.start - 1) : quantity.start]):
        return False
    if plain.startswith("的标准", quantity.end):
        return False
    if _PLANNED.search(plain[max(start, quantity.start - 6) : quantity.start]) and _SHARE_OF_IT.match(
        plain, quantity.end, end
    ):
        return False
    if quantity.unit == "%" and _NAMING_SHARE.match(plain, quantity.end, end):
        return False
    if _OLD_LEVEL.search(plain[max(start, quantity.start - 16) : quantity.start]) and _TO_NEW.match(
        plain, quantity.end, end
    ):
        return False
    if _only_names(plain, start, quantity) or _qualifies(plain, quantity):
        return False
    if not quantity.chinese:
        return True
    left = plain[_clause_start(plain, start, quantity.start) : quantity.start]
    after = plain[quantity.end : quantity.end + 2]
    if quantity.value == "1":
        return _one_thing(plain, end, quantity, left)
    if plain[quantity.start] == "两" and _ENDS.match(plain, quantity.end, end):
        return True
    if re.match(r"(?:补贴|改革|机制|制度|条例|政策|必|方|结|大)", after):
        return False
    if quantity.unit not in _NUMBERED and _ENDS.match(plain, quantity.end, end):
        return True
    return not left_name(left) or re.search(r"\d", quantity.value or "") is None


def quantified(plain: str, start: int, end: int, known: str = "") -> list[Found]:
    """Every quantified statement of a sentence; `known`: what the sentence before it measured."""
    quantities = [one for one in quantities_in(plain, start, end) if _counts(plain, start, end, one)]
    subject = _Subject(claimed=start, known=known)
    found: list[Found] = []
    for index, quantity in enumerate(quantities):
        after = quantities[index + 1].start if index + 1 < len(quantities) else end
        one = _one(plain, start, end, quantity, subject, after)
        _claim(plain, one, quantity, subject)
        found.append(one)
    return [one for one in paired(plain, start, found) if one.name]
