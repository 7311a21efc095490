"""The fictional finance bureau of Linxi county (临溪县财政局): its sections, people and posts."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.roles import Role

BUREAU_CODE = "LXCZ"
BUREAU_NAME = "临溪县财政局"
BUREAU_DUTIES = "拟订并执行全县财政收支政策，编制县级预算决算草案，管理县级财政收支、政府债务、国有资产和财政监督。"
MAIL_DOMAIN = "linxi.example"  # reserved for examples: no mail can ever reach anybody


@dataclass(frozen=True, slots=True)
class DemoSection:
    """A section (股室): its duties, its head, its reporter, and the leader in whose charge it is."""

    code: str
    name: str
    head: str
    reporter: str
    leader: str
    duties: str


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A post above or beside the sections; `section` is a section's code, empty for the bureau itself."""

    login: str
    role: Role
    title: str
    section: str = ""


SECTIONS = (
    DemoSection(
        "BGS",
        "办公室",
        "maguoqiang",
        "pengshiyu",
        "liminghua",
        "负责机关文秘、会务、机要、档案、信访、保密和政务公开；承担重点工作督查督办、"
        "干部教育培训、财会人员培训和财政信息化建设；承担局领导交办的其他事项。",
    ),
    DemoSection(
        "YSG",
        "预算股",
        "zhouqiming",
        "chenxiaoyan",
        "liminghua",
        "编制县级预算草案和预算调整方案，批复部门预算；汇总年度财政预算；承担转移支付资金管理、"
        "争取上级补助资金、政府债务限额和余额管理、三保预算审核。",
    ),
    DemoSection(
        "GKG",
        "国库股",
        "wuyajing",
        "chenxiaoyan",
        "liminghua",
        "组织预算执行和分析预测，管理财政总会计和国库集中支付；编制财政决算；管理财政专户，"
        "负责存量资金盘活和暂付款清理消化。",
    ),
    DemoSection(
        "ZHG",
        "综合股",
        "zhenghaitao",
        "linzihan",
        "liminghua",
        "分析财政收入形势，会同税务部门研究税源和税收政策；管理非税收入和财政票据；"
        "牵头财税会商，承担住房改革和综合性财政政策研究。",
    ),
    DemoSection(
        "XZG",
        "行政政法股",
        "fengliqun",
        "huangjiayi",
        "heqiuping",
        "承担行政、政法部门预算和资金管理；拟订行政经费开支标准；管理三公经费和一般性支出，"
        "落实党政机关过紧日子要求。",
    ),
    DemoSection(
        "JKW",
        "教科文股",
        "jiangyulan",
        "huangjiayi",
        "heqiuping",
        "承担教育、科技、文化、旅游、体育等部门预算和资金管理；落实义务教育经费保障机制和公共文化补助政策。",
    ),
    DemoSection(
        "SBG",
        "社会保障股",
        "hanchunmei",
        "gaojunjie",
        "heqiuping",
        "承担人社、民政、卫健、医保等部门预算和资金管理；编制社会保险基金预算决算草案；"
        "管理就业补助、困难群众救助等民生资金。",
    ),
    DemoSection(
        "NYG",
        "农业农村股",
        "yangdefu",
        "luoyutong",
        "heqiuping",
        "承担农业农村、林业、水利等部门预算和资金管理；管理衔接推进乡村振兴补助资金、高标准农田建设资金、"
        "惠农补贴一卡通发放和农业保险保费补贴。",
    ),
    DemoSection(
        "JJG",
        "经济建设股",
        "zhupengcheng",
        "songyiming",
        "tangjianye",
        "承担发改、住建、交通、自然资源等部门预算和资金管理；管理政府性基金、专项债券项目和基本建设支出；"
        "负责政府性融资担保、贴息等惠企政策。",
    ),
    DemoSection(
        "ZCG",
        "资产管理股",
        "xuwanqing",
        "xiewenjing",
        "tangjianye",
        "管理行政事业单位国有资产的配置、出租、处置和收益；编制国有资产管理报告；承担公物仓运行和政府采购监督管理。",
    ),
    DemoSection(
        "JDG",
        "监督评价股",
        "shenlixia",
        "caoyuhang",
        "tangjianye",
        "承担财政监督检查、会计监督和预算绩效管理；组织财政投资评审；督促检查发现问题的整改。",
    ),
)

POSTS = (
    DemoPost("liangzhiyuan", Role.CHIEF, "局长"),
    DemoPost("liminghua", Role.LEADER, "副局长"),
    DemoPost("heqiuping", Role.LEADER, "副局长"),
    DemoPost("tangjianye", Role.LEADER, "总会计师"),
    DemoPost("zhaowenbo", Role.OFFICE, "督查办主任", "BGS"),
    DemoPost("sunxiaolin", Role.OFFICE, "督查办干事", "BGS"),
    DemoPost("qianlicheng", Role.SYSTEM_ADMIN, "系统管理员"),
    DemoPost("qinshouyi", Role.SECURITY_ADMIN, "安全管理员"),
    DemoPost("shenzhengping", Role.AUDITOR, "审计管理员"),
)

#: The head of this section is on leave; the deputy stands in (代理).
PROXY = ("SBG", "dengsiyuan")

NAMES = {
    "liangzhiyuan": "梁志远",
    "liminghua": "李明华",
    "heqiuping": "何秋萍",
    "tangjianye": "唐建业",
    "zhaowenbo": "赵文博",
    "sunxiaolin": "孙晓琳",
    "maguoqiang": "马国强",
    "zhouqiming": "周启明",
    "wuyajing": "吴雅静",
    "zhenghaitao": "郑海涛",
    "fengliqun": "冯立群",
    "jiangyulan": "蒋玉兰",
    "hanchunmei": "韩春梅",
    "dengsiyuan": "邓思远",
    "yangdefu": "杨德福",
    "zhupengcheng": "朱鹏程",
    "xuwanqing": "许婉清",
    "shenlixia": "沈立夏",
    "pengshiyu": "彭诗雨",
    "chenxiaoyan": "陈晓燕",
    "linzihan": "林子涵",
    "huangjiayi": "黄佳怡",
    "gaojunjie": "高俊杰",
    "luoyutong": "罗雨桐",
    "songyiming": "宋一鸣",
    "xiewenjing": "谢文静",
    "caoyuhang": "曹宇航",
    "qianlicheng": "钱立诚",
    "qinshouyi": "秦守义",
    "shenzhengping": "申正平",
}


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody to sign in as, and what is worth trying then."""

    login: str
    name: str
    role: str
    what: str


def _login(login: str, role: Role, what: str) -> DemoLogin:
    return DemoLogin(login, NAMES[login], role.word, what)


DEMO_LOGINS = (
    _login("zhaowenbo", Role.OFFICE, "看滞后预警，核销已办结的任务，导入一份计划并下达"),
    _login("chenxiaoyan", Role.REPORTER, "一页填报预算股、国库股本月的数"),
    _login("songyiming", Role.REPORTER, "填报经济建设股落后的指标，写明原因和下步措施"),
    _login("zhouqiming", Role.HEAD, "看本股室的任务和指标，签收、办结"),
    _login("dengsiyuan", Role.HEAD, "代理社会保障股股长的职责"),
    _login("liminghua", Role.LEADER, "看分管股室哪些滞后，催办"),
    _login("liangzhiyuan", Role.CHIEF, "看全局的进度"),
    _login("qianlicheng", Role.SYSTEM_ADMIN, "看单位、人员和邮件；看不到计划数据"),
    _login("qinshouyi", Role.SECURITY_ADMIN, "管角色、解锁账号"),
    _login("shenzhengping", Role.AUDITOR, "看审计记录"),
)
