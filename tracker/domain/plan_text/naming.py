"""Naming: the shortest words of the text that say what a quantity measures."""

from __future__ import annotations

import re

from tracker.domain.plan_text import lexicon


def _longest_first(words: str) -> str:
    return "|".join(sorted(set(words.split("|")), key=lambda word: (-len(word), word)))


_TIME = (
    r"(?:到|至|截至|截止|自|从)?(?:20\d\d|[*xX×]{1,4}|_{2,})年(?:度|底|末|初)?|(?:今|"
    r"去|上|本|当|明)年(?:度|以来|底)?|全年|年度(?!目标任务|考核|计划)|年末|年底前?|"
    r"年初|目前|截至目前|期末|上半年|下半年"
    r"|(?:到|至|截至|于)?\d{1,2}月(?:份|底|末|初)?(?:前|\d{1,2}日前?)?|"
    r"\d{1,2}[～~\-—－至到]\d{1,2}月份?|第?[一二三四前][一二三四]?季度(?:末|底)?前?|"
    r"“?十[四五]五”?(?:期间|时期|以来|末)?"
    r"|(?:春耕|三夏|三秋|秋收|[春秋]季开学|开学|汛期?|主汛期|入汛|元旦|春节|“?五一”?|“?七一”?|国庆节?|中秋节?)(?:之?前|期间|前后)"
)
_REGION = (
    r"全(?:县|市(?!场)|区(?!域)|省|州|镇|乡|局(?!面)|旗|盟|系统|街道|园区|辖区|村|"
    r"国(?=[^有资]))(?:范围内?)?|(?:我|本)(?:县|市|区|局|镇|乡|单位|街道|系统|委|院|"
    r"中心|校|辖区)|辖区内|全域"
)
_ADVERB = _longest_first(lexicon.ADVERBS)
_VERB = _longest_first(lexicon.VERBS)
_VERB_AT = re.compile(rf"(?:{_VERB})(?!(?:{_longest_first(lexicon.BOUND_HEADS)}))(?:了|过|出|好)?")
_EACH = r"每(?:个?村(?:（社区）|居)?|个?社区|个?乡镇|人|户|学期|季度|月|年|周|半年|个单位)(?!口|产)"
_ALWAYS = re.compile(
    r"(?:完成|实现|达到)(?=[^率度量成])|新(?=发展|入统|引进|签约|开通|招|选派|认定|开工|培育|创建|打造|配备)"
)
_LIGHT = re.compile(
    rf"(?:{_EACH}|{_TIME}|{_REGION}|{_ADVERB}|[、，：； 。“]*(?<![“])[、，：； 。]|一批|一是|二是|三是|[（）])"
)
_PREPOSITION = re.compile(
    r"(?:对(?!象|接|口|外|标)|向|为|在(?![建册校读岗编保职外库园训线贷])|给|由|从|通过|依托|利用|围绕|针对|按照|按|以|把|将|与|面向|于|经)"
)
_FORE_VERB = re.compile(rf"(?:{_VERB})(?!(?:{_longest_first(lexicon.BOUND_HEADS)}))")
_TAIL = re.compile(
    rf"(?:{_longest_first(lexicon.RISES)}|{_longest_first(lexicon.FALLS)}|"
    rf"{_longest_first(lexicon.REACHES)}|{_longest_first(lexicon.FILLERS)}|"
    rf"[、，：； 。\t“（]|{_TIME})$"
)
_TAIL_REACH = 10
_COMPARED = re.compile(
    r"(?:(?<![占贷对同百环配])比(?=上|去|同|年初|20|全|前|往|计划|预算|现状|基期|[*X])|较|相比|对比|高于|低于|快于)(?P<base>(?:上年|去年|"
    r"上一年|同期|上月|上季|年初|20\d\d年|全[省国市县]|前|往年|计划|预算|\*年|X+年|"
    r"现状|基期)[^，、]{0,12}?)?"
    r"(?:平均|实际|分别|均|各|再|净|同口径|可比口径|名义|力争|预计|多|约|将)*$"
)
_BASE_INSIDE = re.compile(
    r"(?:(?<![占贷对同百环配])比|较)(?P<base>(?:上年|去年|上一年|同期|上月|上季|年初|"
    r"20\d\d年|全[省国市县]|前|往年|计划|预算|\*年|X+年|现状|基期)[^，、]{0,14}?)"
    rf"(?=(?:平均|实际|分别|均|各|再|净|力争|预计|"
    rf"同口径)*(?:{_longest_first(lexicon.RISES)}|{_longest_first(lexicon.FALLS)}))"
)
_HIGHER_THAN = re.compile(
    r"(?:高于|低于|快于|超过|超|高出)(?P<base>全[省国市县][^，、]{0,8}?(?:平均)?(?:水平|增速)?)$"
)
_MARKS = "、，：； 。\t"


def _tidy(name: str) -> str:
    """Return a name without marks at its ends; a bracket that has its other half stays."""
    name = name.strip(_MARKS)
    if name.count("（") != name.count("）"):
        name = name.rpartition("）")[2] if "）" in name else name.partition("（")[0]
    return name.strip(_MARKS)


def strip_tail(words: str) -> str:
    """Return the words left of a figure without 增长, 达到, 控制在 and their like."""
    at = len(words)
    while at > 0:
        match = _TAIL.search(words[max(0, at - _TAIL_REACH) : at])
        if match is None:
            compared = _COMPARED.search(words[:at])
            if compared is None or compared.end() != at or compared.start() == at:
                break
            at = compared.start()
        else:
            at -= len(match[0])
    return words[:at]


def base_of(words: str) -> str | None:
    """较2023年预算数增长 → 2023年预算数."""
    match = _BASE_INSIDE.search(words) or _HIGHER_THAN.search(words)
    return match["base"] if match else None


def without_base(words: str) -> str:
    """Return the words without 较上年."""
    return _HIGHER_THAN.sub("", _BASE_INSIDE.sub("", words))


_SUFFIX = re.compile(r"(?:率|度|量|额|性|型|化|数)(?:$|[^\u4e00-\u9fff])")
_SHORT_RATE = re.compile(r".{0,3}(?:率|比例|占比|程度)")


def _strip_light(words: str) -> str:
    while words and (match := _LIGHT.match(words)) is not None and match.end():
        rest = words[match.end() :]
        if _glued(match[0], rest) or _SUFFIX.match(rest):
            break
        words = rest
    return words


_GLUED = re.compile(
    r"^(?:目|要(?:求|素|点)|障|标|收|动|算|需|有|划(?:生育)?|点|长|持|同|规|计|量|区|"
    r"型|能|增|业|材|品|化|农|市|校|生|地|居|社|单|条|名|家|乡|产|人|手|兴|统筹|支配|"
    r"用|利用|持续|再生|比|项(?=目)|场(?=主体)|域|面|口|额)"
)
_SHORT_GLUE = {
    "新",
    "现",
    "共",
    "和",
    "与",
    "及",
    "并",
    "将",
    "要",
    "可",
    "再",
    "也",
    "还",
    "应",
    "如",
    "含",
    "即",
    "近",
    "约",
    "需",
    "拟",
    "都",
    "均",
    "已",
    "且",
    "让",
    "使",
    "重点",
    "主要",
    "统筹",
    "计划",
    "安全",
    "科学",
    "合理",
    "集中",
    "每",
    "等",
    "另",
    "先后",
}


def _glued(word: str, rest: str) -> bool:
    """新 of 新型, 要 of 要素: not a word of its own."""
    if word in {"重点", "主要"}:
        return bool(
            re.match(
                r"^(?:项目|工程|企业|产业|任务|指标|领域|人群|群体|对象|工作|污染|路段|课题|学科|"
                r"专科|建设|行业|用能|湖|流域|区域|帮扶|村|镇|岗|品种|民生|农产品|水利|交通|行政)",
                rest,
            )
        )
    return word in _SHORT_GLUE and bool(_GLUED.match(rest)) and len(word) == 1


_WITHIN = re.compile(r"在(?P<what>[^，]{2,20}?)中的?(?:排名|位次)?")
_SERVED = re.compile(
    r"(?:为|给)(?:企业|群众|市场主体|经营主体|居民|农户|老人|学生|职工)(?:和[^，]{2,4})?(?=[^，]{2,})"
)


def _strip_preposition(words: str) -> str:
    """向省市财政部门申报X → 申报X; 将X → X."""
    match = _PREPOSITION.match(words)
    if match is None:
        return words
    within = _WITHIN.fullmatch(words)
    if within is not None:
        return within["what"]
    verb = _FORE_VERB.search(words, match.end() + 1)
    served = _SERVED.match(words)
    if served is not None:
        return words[served.end() :]
    if match[0] in ("将", "把"):
        return words[match.end() :]
    if verb is not None and verb.end() < len(words) and verb.start() - match.end() <= 24:
        return words[verb.start() :]
    return words[match.end() :] if match[0] in ("对", "与", "以", "按", "由", "经") else words


def _strip_verb(words: str) -> str:
    match = _VERB_AT.match(words)
    if match is None or len(words) - match.end() < 2 or _SHORT_RATE.fullmatch(words, match.end()):
        return words
    if match[0] == "建成" and words.startswith("区", match.end()):
        return words
    return words[match.end() :]


_KEEP = re.compile(r"^(?:新增|净增)(?=[^率量额])")


def strip_head(words: str) -> str:
    """Return the words without region, time, adverbs, prepositions and the action verb before the thing."""
    while True:  # each turn takes something away, or is the last
        before = words
        words = (
            _ALWAYS.sub("", _strip_light(words), count=1)
            if _ALWAYS.match(words)
            else _strip_light(words)
        )
        if _KEEP.match(words) and len(words) > 3:
            return words
        words = _strip_preposition(words)
        words = _strip_verb(words)
        if words == before:
            return words


_BOUND_HEAD = re.compile(lexicon.BOUND_HEADS)
_INNER = re.compile(
    r"(?<![、和与及“未])(?:完成|实现|共建|联建|拨付|争取|发放|新建|建成(?!区)|收取|取得|预计|"
    r"力争|确保|累计|全县|全市|全区|购置|安排|兑现|申报|消除|办结|选派|招引|引进|培育|"
    r"实施|开展|接待|惠及|每学期|每季度|每月|每年|每周|每半年)"
)


def _after_inner_verb(words: str) -> str:
    """县自来水公司完成供水 → 供水: what stands after a verb that cannot be part of a name."""
    at = 0
    for match in _INNER.finditer(words):
        rest = words[match.end() :]
        if len(rest) >= 2 and not _BOUND_HEAD.match(rest) and left_of_verb(words, match.start()):
            at = match.start()
    shorter = strip_head(words[at:]) if at else words
    if shorter != words and _only_verb(shorter):
        return strip_tail(words[:at]) or words
    return words if _only_verb(shorter) else shorter


def left_of_verb(words: str, at: int) -> bool:
    """Tell whether a verb may cut a name here: not while a quotation is open before it."""
    return words.count("“", 0, at) == words.count("”", 0, at)


def left_name(words: str) -> str:
    """Return the name that the words left of a figure give, empty when they give none."""
    extreme = _EXTREME.search(words)
    if extreme is not None:
        return extreme[0]
    name = strip_head(strip_tail(_LONG_BRACKET.sub("", without_base(words))))
    name = _after_inner_verb(name)
    name = _tidy(name)
    name = _tidy(strip_tail(re.sub(r"(?:的|等)$", "", name)))
    if _only_verb(name) or _EACH_ONLY.fullmatch(name):
        return ""
    return _newly(name, words) if name in _VAGUE else _after_and_so_on(name)


_LONG_BRACKET = re.compile(r"（[^（）]{9,20}）")
_EXTREME = re.compile(r"(?:平均|最高|最大)(?:降价|降幅|增幅|涨幅|增速)(?=[^，。]{0,4}$)")
_EACH_ONLY = re.compile(r"(?:年|月)?(?:人|户|村|亩)?均?|月人|年人|的|和|由|为")
_VAGUE = {"项目", "企业", "工程", "人员", "机构"}
_NEW = re.compile(r"新(?:签约|开工|引进|入库|投产|建成|增|发展|招|认定|培育)$")


def _newly(name: str, words: str) -> str:
    """新签约项目 keeps what tells it from other 项目."""
    new = _NEW.search(words[: words.rfind(name)])
    return new[0] + name if new else name


_AND_SO_ON = re.compile(r"^(?P<list>.*[、和及].*?)等(?P<head>(?:各类|各项|相关)?[^等]{2,12})$")


_QUOTED_LIST = re.compile(r"^.*?(?:“[^“”]*”[、和及]?){2,}(?=[^“”]{3,})")


def _after_and_so_on(name: str) -> str:
    """A、B等救助资金 → 救助资金; a bare 资金 keeps the last of the list."""
    name = _QUOTED_LIST.sub("", name) if name.count("“") > 1 else name
    cut = len(name) > 12 and "的" in name and not re.search(r"\d[^的]*的", name)
    if cut and len(name.rpartition("的")[2]) >= 3:
        name = name.rpartition("的")[2]
    match = _AND_SO_ON.match(name) if len(name) > 7 else None
    if match is None:
        return name
    if len(match["head"]) > 2:
        return match["head"]
    if len(name) <= 12:
        return name
    return re.split("[、]", match["list"])[-1] + "等" + match["head"]


_VERBS_ONLY = re.compile(rf"(?:(?:{_VERB}|{_ADVERB})[、]?)+(?:不少于|不低于)?")
_VERBAL_NOUNS = {"投资", "补助", "补贴", "提款", "收储", "造林", "授信", "新增投放", "预算", "产值"}


def _only_verb(name: str) -> bool:
    return name not in _VERBAL_NOUNS and _VERBS_ONLY.fullmatch(name) is not None


_RIGHT_STOP = re.compile(
    rf"(?:{_longest_first(lexicon.RIGHT_STOPS)}|第?[一二三四前][一二三]?季度|"
    rf"[上下]半年|\d|到(?!位|期|账|户)|保障(?!性|房))"
)
_SIZED = re.compile(
    r"(?:\d+(?:\.\d+)?)?(?:周?岁|[百千万亿]*元|亩|人|千瓦|蒸吨|年|级)(?:及)?(?:以上|以下|以内)(?:的)?(?=[\u4e00-\u9fff]{2})"
)
_WITH_BRACKET = re.compile(r"[^（）]{1,12}（[^（）]{1,6}）(?=[^率等度])")
_SERVED_THING = re.compile(
    rf".{{0,10}}?(?:群众|农民工|居民|老人|老年人|残疾人|受援人|消费者|学生|儿童|妇女|军人|职工|企业|农户|家庭|对象|人员|用户|村民)(?=(?:{_VERB}))"
)
_LOCATED = re.compile(r"^(?:位于|处于|涉及|符合条件|具有|拥有|带有|经过)[^，。、]{1,10}的")
_PURPOSE = re.compile(
    r"^，?(?:专项)?(?:用于|用以|支持|投入|扶持)(?:支持|推进|推动|实施|开展|加强)?(?P<what>[^，。；、]{3,30})"
)
_AFTER_UNIT = re.compile(
    r"^(?:左右|以上|以内|以下|之内|上下|及以上|余|多|起|次|的(?=[\u4e00-\u9fff]{2,}))+"
)


def served_thing(words: str) -> str:
    """灵活就业人员参加… → 灵活就业人员."""
    match = _SERVED_THING.match(words)
    return match[0] if match else ""


def right_name(words: str) -> str:
    """Return the thing that is counted, right of the figure: 63名干部 → 干部."""
    words = _AFTER_UNIT.sub("", words)
    if not words or words[0] in "、，；。：（":
        return ""
    words = _LOCATED.sub("", words)
    sized = _SIZED.match(words)
    size = sized.end() if sized else 0
    stop = _RIGHT_STOP.search(words, size)
    if stop is not None and stop.start() == size:
        return ""
    name = words[: stop.start()] if stop else words
    served = _SERVED_THING.match(name) or _WITH_BRACKET.match(name)
    name = served[0] if served else name
    name = _counted(re.sub(r"^(?:新的|大型)", "", name))
    if len(name) > 14:
        name = re.split(r"(?:和|以及|及|与|、)", name, maxsplit=1)[0]
    name = name.partition("\n")[0]
    return _tidy(name.strip(_MARKS + "”")) if len(name) <= 24 else ""


_COUNTED = re.compile(
    rf"^(?P<thing>.{{0,12}}(?:{lexicon.COUNTED_HEADS}))(?!.*(?:{lexicon.COUNTED_HEADS}))"
    rf".*(?:{lexicon.ACTION_NOUNS})$"
)


def _counted(name: str) -> str:
    """重点行业企业深度治理 → 重点行业企业: what is counted, not what is done to it."""
    match = _COUNTED.match(name) if len(name) > 6 else None
    return match["thing"] if match and len(match["thing"]) >= 3 else name


def purpose_name(words: str) -> str:
    """1000万元用于X → X."""
    match = _PURPOSE.match(words)
    return _tidy(strip_head(match["what"])) if match else ""


def split_names(name: str) -> list[str]:
    """余额存贷比、新增存贷比 → two names; a shared head goes to each."""
    names = [part for part in re.split(r"、|和|与|及|以及", name) if part]
    return [_tidy(part) for part in names]
