"""Quantities: figures with their units, masked ones too."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ARABIC = r"\d{1,3}(?:，\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MASK = r"[Xx×*]{1,6}(?:\.[Xx×*]{1,3})?|(?<!_)_{2,16}(?:\._{1,8})?|(?<![□○])[□○]{2,8}|…{1,2}"
_CHINESE = r"[一二两三四五六七八九十][一二三四五六七八九十百千零〇]{0,7}"
_DASH = r"[-~～—–－至到]{1,2}"
_SCALE = r"[十百千万亿]{0,3}"
_AMOUNTS = (
    "亿元|万元|千元|元|美元|欧元|人民币|亩次|亩|公顷|平方米|平方公里|平方千米|㎡|"
    "平米|m²|km²|公里|千米|延米|米|km|里|吨标准煤|吨标煤|吨|公斤|千克|斤|克"
    "|立方米|立方|方|m³|升|千瓦时|兆瓦时|千瓦|兆瓦|瓦|MW|KW|kW|kWh|度|伏安|千伏安|"
    "微克/立方米|毫克/升|毫克/千克|分贝|公顷次|平方|标方|标准立方米|标箱|吨公里|"
    "人公里|载重吨|匹|担(?![保任当负])|棒"
)
_COUNTS = (
    "大项|小项|个标段|个位次|个名次|位次|个工作日|个百分点|个点|个|家次|家|户次|户|人次|人日|人份|人|"
    "名次|名|件次|件|项次|项|条次|条|处次|处|座|所次|所|套次|套|辆次|辆|台套|台次|台|"
    "架次|架|艘次|艘"
    "|场次|场|批次|批|期次|期|车次|剂次|剂|例|篇次|篇|部|本|册|份|株|棵|头|只|羽|尾|"
    "口|眼|盏|间|张|支|队|对|组|类|种|款|起|宗|笔|单|栋|幢|班次|班|节|届|块|片|面|根|"
    "床|标段"
    "|站|点|门|课时|学时|枚|位|级|次/月|次/年|次|天次|天|小时|分钟|岁|分|倍|副|封|枝|"
    "粒|吨次|屏|票|航次|班列|列|户/年|村次|校次|幅|点次|卷次|册次|首|路|节次|轮次|轮|堂|人/次|车位|"
    "床位|卷|标台|遍|摊|港|页|字|发|只|箱|窝|群|袋|桶|垧|针|盘|行|味"
)
_AMOUNTS = "|".join(sorted(_AMOUNTS.split("|"), key=len, reverse=True))
_COUNTS = "|".join(sorted(_COUNTS.split("|"), key=len, reverse=True))
_UNIT = (
    rf"(?:{_SCALE}(?:{_AMOUNTS})(?:/(?:人|平方米|亩|年|月|日|天|吨|户|度))?|"
    rf"[百千万亿]{{0,2}}余?(?:{_COUNTS})(?:（[人次件户个场册]）)?(?:/(?:千人|万人|百人|人|平方米|亩|年|月|日|天|"
    rf"户))?|亿|万)"
)
_NOT_AFTER = {
    "个": r"(?!月|人(?!次)|体|性|别|方面|重点(?:工作|任务|领域|环节|[，。；、])|关键|环节|"
    r"必须|维护|确立|意识|自信|务必|坚持|至上|原则|层面|维度|领域|转变|突破|统一|结合|"
    r"着力|一批|不|百|全面|更|亮点)",
    "家": r"(?!庭|政|具|禽|畜|乡|长|电|园)",
    "人": r"(?!才|民|员|口|均|工|数|大|事|居|社|力|群|生|文|心|身|士|行|武|防|流)",
    "户": r"(?!籍|外|均|口|型|主|厕)",
    "名": r"(?!录|单|牌|优|称|城(?!乡|镇|区|市))",
    "项": r"(?!目)",
    "件": r"(?!套)",
    "条": r"(?!件|例|块|线|款)",
    "处": r"(?!置|理|罚|长|室|级|方|于|分)",
    "次": r"(?!产|供|元|生|序|数)",
    "套": r"(?!餐|路|种)",
    "所": r"(?!有|需|得|在|属|长|以)",
    "台": r"(?!账|风|湾|区|阶)",
    "场": r"(?!所|地|景|馆|镇|域|均)",
    "批": r"(?!发|准|复|评)",
    "期": r"(?!间|限|末|货|待|望)",
    "部": r"(?!门|分|署|队|级|长|位)",
    "本": r"(?!地|级|土|年|县|市|区|局|科|领|身|辖|次|系)",
    "份": r"(?!额)",
    "头": r"(?!部|雁|羊)",
    "口": r"(?!岸|袋|腔|粮|径|碑|述)",
    "张": r"(?!榜|贴|家)",
    "间": r"(?!接)",
    "支": r"(?!持|出|付|部|撑|农|柱|行|队|线|流)",
    "队": r"(?!伍|员|长)",
    "对": r"(?!接|标|外|口|象|于|照|比|应|策|全|各)",
    "组": r"(?!织|建|成|团|合|长|级)",
    "类": r"(?!型|别|似|企)",
    "种": r"(?!植|业|粮|子|养|苗|源|畜|质|好|类|群)",
    "单": r"(?!位|元|独|项|一|体|产|机|个)",
    "班": r"(?!子|组|车|主|长|轮)",
    "节": r"(?!约|能|点|水|目|日|假|会|流|支|俭|庆|前|后)",
    "块": r"(?!链)",
    "片": r"(?!区|面|段)",
    "面": r"(?!积|向|对|上|临|貌|源|广)",
    "根": r"(?!据|本|治)",
    "床": r"(?!位)",
    "站": r"(?!点|位|长|前|在)",
    "点": r"(?!位|对|面|多|亮|上|击)",
    "门": r"(?!诊|户|店|类|票|口|前)",
    "位": r"(?!一体|于|置|次|数|列|居)",
    "分": r"(?!钟|类|别|布|级|期|批|局|散|行|析|解|区|工|管|之|年|月|步|公|中|队|校|院|店|"
    r"厂|支|红|享|包|片|段|层|项|数|明|重|享|流|房)",
    "级": r"(?!别|配)",
    "方": r"(?!面|位|案|式|向|法|便|针|可|志)",
    "里": r"(?!程)",
    "度": r"(?!汛|假|过|夏)",
    "斤": r"",
    "米": r"(?!粉|业|线|面)",
    "克": r"(?!服|难)",
    "天": r"(?!然|气|空|窗)",
    "路": r"(?!面|网|灯|段|长|径|基|域|政|口)",
    "轮": r"(?!换|作|岗|训|休|胎)",
    "首": r"(?!批|创|次|位|家|个|府|席|台|店)",
    "堂": r"(?!食)",
    "列": r"(?!入|车|支|为)",
    "港": r"(?!口|区|澳)",
    "票": r"(?!据|价|房)",
    "幅": r"(?!度)",
    "副": r"(?!科|职|县|局|主|总|处|省|书|高|产|食|股)",
    "课时": r"",
    "卷": r"(?!宗|烟)",
    "屏": r"(?!障|幕)",
    "万": r"(?=[，。；、：）（ \n]|左右|以上|以内|$)",
    "亿": r"(?=[，。；、：）（ \n]|左右|以上|以内|$)",
    "亩": r"(?!均|产)",
    "吨": r"(?!位)",
    "元": r"(?!旦|宵|素|气|宇|件|器)",
    "里程": r"",
}
_CN_UNITS = (
    "个|家|所|座|条|处|项|场次|场|名|户|期|人次|人|次|套|辆|台|件|种|例|亩|公里|"
    "平方米|万元|亿元|元|吨|米|公顷|株|头|只|口|眼|间|栋|幢|艘|架|张|份|本|册|部|支|"
    "期|批次|篇|亩次|轮|担|堂|幅|部|批|组|支|面|队"
)
_CN_UNITS = "|".join(sorted(_CN_UNITS.split("|"), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<rank>(?:第|前)(?P<place>{_ARABIC}|{_CHINESE}|{_MASK})(?P<place_unit>名|位|强|(?=[，。；、 ）]|$)))"
    rf"|百分之(?P<percent>{_CHINESE}|{_ARABIC}|百)(?:(?P<pct_more>以上|以内|左右)?)"
    rf"|(?<![A-Za-z\d.“])(?P<arabic>{_ARABIC})(?P<first_unit>%(?={_DASH})|"
    rf"(?:{_SCALE})(?={_DASH}))?(?:{_DASH}(?P<upper>{_ARABIC}))?"
    rf" ?(?P<more>[余多几])?(?P<unit>%|‰|百分点|{_UNIT}|/人)(?P<unit_more>[余多])?"
    rf"|(?P<mask>{_MASK}) ?(?P<mask_more>[余多])?(?P<mask_unit>%|‰|百分点|{_UNIT})"
    rf"|"
    rf"(?<![第每这那各同一二两三四五六七八九十百千万单])(?P<chinese>{_CHINESE})(?P<chinese_more>[余多几])?(?P<chinese_unit>[万亿]?(?:{_CN_UNITS}))"
    rf"|(?<=[超过近破逾达])(?P<bare_unit>[百千万亿]元)"
    rf"|(?<=[达到至为在于])(?P<index>\d+(?:\.\d+)?(?:{_DASH}\d+(?:\.\d+)?)?)(?=以上|合理|之间|区间|以下|以内|左右|[，。；、）]|$)"
)
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "\u3007": 0,
    "两": 2,
}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GUARDS = {unit: re.compile(guard) for unit, guard in _NOT_AFTER.items() if guard}
_FIRM = {"个", "项", "部", "次", "节", "期", "级", "万", "亿", "度", "里", "分", "处", "条", "点"}
_NAMING_UNIT = re.compile(r"^(?:级|岁|届|度假|点|面|类)$")
_NAMING_INSIDE = re.compile(r"^(?:路|站|首|发)$")
_CLAUSE_END = re.compile(r"(?:以上|左右|以内)?(?:[，。；、：）]|$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in the canvas: value None when masked; `rank` for a place such as 前三名."""

    start: int
    end: int
    value: str | None
    unit: str
    more: bool
    rank: bool = False
    first: bool = False
    chinese: bool = False
    arabic: bool = False


def chinese_value(words: str) -> int:
    """三十二 → 32; the words hold no 万 or 亿."""
    total = digit = 0
    for character in words:
        if character in _POWERS:
            total += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            digit = _DIGITS.get(character, 0)
    return total + digit


def _plain(value: str) -> str:
    bare = value.replace("，", "")
    return str(chinese_value(bare)) if bare[:1] in _DIGITS or bare[:1] in _POWERS else bare


def _masked(words: str) -> bool:
    return not re.search(r"[\d一二两三四五六七八九十百]", words)


def _value(words: str) -> str | None:
    return None if _masked(words) else _plain(words)


def _of_rank(match: re.Match[str]) -> Quantity | None:
    unit = match["place_unit"]
    first = match[0][0] == "第"
    return Quantity(
        match.start(), match.end(), _value(match["place"]), unit or "名", False, True, first
    )


def _of_arabic(match: re.Match[str]) -> Quantity:
    value = _plain(match["arabic"])
    if match["upper"]:
        value = f"{value}-{_plain(match['upper'])}"
    more = bool(match["more"] or match["unit_more"] or "余" in match["unit"])
    return Quantity(
        match.start(), match.end(), value, match["unit"].replace("余", ""), more, arabic=True
    )


def _of(match: re.Match[str]) -> Quantity | None:
    if match["rank"]:
        return _of_rank(match)
    if match["percent"]:
        return Quantity(match.start(), match.end(), _plain(match["percent"]), "%", False)
    if match["arabic"]:
        return _of_arabic(match)
    if match["mask"]:
        more = bool(match["mask_more"]) or "余" in match["mask_unit"]
        return Quantity(
            match.start(), match.end(), None, match["mask_unit"].replace("余", ""), more
        )
    if match["chinese"]:
        more = bool(match["chinese_more"])
        value = str(chinese_value(match["chinese"]))
        unit = match["chinese_unit"]
        return Quantity(match.start(), match.end(), value, unit, more, chinese=True)
    if match["index"]:
        value = re.sub(_DASH, "-", match["index"])
        return Quantity(match.start(), match.end(), value, "", False)
    return Quantity(match.start(), match.end(), "1", match["bare_unit"], True)


def _allowed(found: Quantity, plain: str, end: int) -> bool:
    if found.rank or found.unit in ("%", "‰"):
        return True
    unit = found.unit.lstrip("十百千万亿") or found.unit
    guard = _GUARDS.get(unit)
    if found.arabic and unit not in _FIRM:
        guard = None
    if guard is not None and not guard.match(plain, found.end, end):
        return False
    if _NAMING_INSIDE.match(unit) and not _CLAUSE_END.match(plain, found.end, end):
        return False
    return _NAMING_UNIT.match(unit) is None


_QUOTED = re.compile(r"“[^“”\n]{1,60}”|《[^《》\n]{1,80}》|\"[^\"\n]{1,40}\"")
_HINT = re.compile(r"[\dXx×*_%□○一二两三四五六七八九十亿]")


def quantities_in(plain: str, start: int, end: int) -> list[Quantity]:
    """All quantities of a stretch that are not inside a name in quotation marks."""
    if _HINT.search(plain, start, end) is None:
        return []
    quoted = [match.span() for match in _QUOTED.finditer(plain, start, end)]
    found, at = [], 0
    for match in _QUANTITY.finditer(plain, start, end):
        while at < len(quoted) and quoted[at][1] <= match.start():
            at += 1
        if at < len(quoted) and quoted[at][0] < match.start():
            continue
        quantity = _of(match)
        if quantity is not None and _allowed(quantity, plain, end):
            found.append(quantity)
    return found
