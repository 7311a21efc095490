"""The record's codes in Chinese: what was done, to what, and the particulars."""

from __future__ import annotations

from typing import Any

from tracker.domain.orders import COLOUR_WORDS
from tracker.domain.roles import ROLE_WORDS
from tracker.domain.tasks import STATE_WORDS

ACTION_WORDS = {
    "sign_in": "登录",
    "locked": "锁定账号",
    "unlock": "解除锁定",
    "password": "修改密码",
    "import": "导入",
    "issue": "下达计划",
    "set_indicator": "调整指标",
    "ask_target": "提出目标调整",
    "decide_target": "批复目标调整",
    "withdraw_target": "撤回目标调整",
    "approve_targets": "目标调整审批设置",
    "report": "填报",
    "correct": "更正数字",
    "close_period": "封账",
    "reopen_period": "启封",
    "task_state": "任务流转",
    "task_assign": "调整责任和时限",
    "remind": "催办",
    "retry_mail": "重发邮件",
    "export": "导出",
    "person": "人员变动",
    "post": "岗位变动",
    "holding": "任职变动",
    "role": "权限变动",
    "charge": "分管变动",
    "unit": "单位变动",
    "calendar": "日历变动",
    "definition": "指标库变动",
    "restore": "恢复备份",
    "purge": "清理到期审计记录",
    "revise": "应用修订稿",
    "drop_revision": "作废修订稿",
    "review": "开始调度",
    "review_closed": "散会",
    "score_rules": "考核办法变动",
    "score_published": "公布考核",
    "bulletin": "生成通报",
    "ask_extension": "申请延期",
    "decide_extension": "批复延期",
    "withdraw_extension": "撤回延期申请",
    "milestones": "调整节点",
    "part_report": "办理配合事项",
    "proof_added": "附佐证材料",
    "figures_confirmed": "确认填报",
    "figures_sent_back": "退回填报",
    "confirm_rule": "填报确认设置",
    "plan_withdrawn": "收回下达",
    "calendar_link_made": "生成日历订阅",
    "calendar_link_shut": "停用日历订阅",
    "proof_withdrawn": "撤下佐证材料",
    "order_issued": "发督办单",
    "order_step": "督办单流转",
    "plan_rules": "填报和督办规则",
}
OBJECT_WORDS = {
    "person": "人员",
    "post": "岗位",
    "unit": "单位",
    "plan": "计划",
    "task": "任务",
    "indicator": "指标",
    "sheet": "填报表",
    "cycle": "填报期",
    "board": "滞后预警",
    "calendar": "日历",
    "library": "指标库",
    "definition": "指标定义",
    "mail": "邮件",
    "review": "调度",
    "bulletin": "通报",
    "scoring": "考核",
    "order": "督办单",
    "audit": "审计记录",
    "backup": "备份",
}
DETAIL_WORDS = {
    "address": "地址",
    "step": "办理",
    "from": "原为",
    "to": "改为",
    "why": "理由",
    "month": "月份",
    "indicators": "指标",
    "tasks": "任务",
    "revision": "第几次",
    "amount": "数字",
    "before": "原为",
    "after": "改为",
    "progress": "进度",
    "changes": "变动",
    "lead": "牵头单位",
    "owner": "责任岗位",
    "reporter": "填报岗位",
    "leader": "分管领导",
    "due": "时限",
    "format": "格式",
    "rows": "行数",
    "removed": "删去",
    "until": "截止日",
    "mac": "校验码",
    "how": "方式",
    "login": "用户名",
    "name": "名称",
    "title": "名称",
    "number": "期号",
    "sha256": "文件校验码",
    "email": "邮箱",
    "phone": "电话",
    "code": "编码",
    "parent": "上级",
    "active": "在用",
    "role": "权限",
    "person": "人员",
    "proxy": "代理",
    "units": "单位",
    "days": "天数",
    "first": "首日",
    "published": "录齐的年份",
    "added": "新增",
    "changed": "改动",
    "year": "年度",
    "file": "文件",
    "made": "备份时间",
    "target": "目标值",
    "high": "上限",
    "from_month": "从几月起",
    "answer": "批复",
    "approved": "批准",
    "wanted": "须经批准",
    "unit": "单位",
    "order_number": "督办单号",
    "colour": "颜色",
    "by_rule": "按规则自动发出",
    "ladder": "督办天数",
    "auto_orders": "自动发督办单",
    "weekly_digest": "每周发滞后周报",
    "confirm_reports": "填报须责任人确认",
    "approve_targets": "目标调整须经批准",
    "opens": "开启日",
    "due_rule": "截止日",
    "revised": "修订稿",
    "moved": "移动",
    "dropped": "删去",
}
HOW_WORDS = {
    "added": "新增",
    "edited": "修改",
    "ended": "到期",
    "reset": "重设",
    "imported": "导入",
    "retired": "停用",
    "restored": "恢复",
}
_VALUE_WORDS = (
    HOW_WORDS
    | {colour.value: word for colour, word in COLOUR_WORDS.items()}
    | {state.value: word for state, word in STATE_WORDS.items()}
    | {role.value: word for role, word in ROLE_WORDS.items()}
)


def action_word(action: str) -> str:
    """Return what an entry's action is called."""
    return ACTION_WORDS.get(action, action)


def object_words(object_type: str, object_id: int | None) -> str:
    """Return to what it was done: 任务 12."""
    kind = OBJECT_WORDS.get(object_type, object_type)
    return kind if object_id is None else f"{kind} {object_id}"


def detail_words(detail: dict[str, Any]) -> str:
    """Return an entry's particulars in one line; what is empty is left out."""
    said = ((DETAIL_WORDS.get(name, name), _plain(value)) for name, value in detail.items())
    return "；".join(f"{name}：{value}" for name, value in said if value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        parts = ((DETAIL_WORDS.get(name, name), _plain(one)) for name, one in value.items())
        return "，".join(f"{name} {one}" for name, one in parts if one)
    if isinstance(value, list):
        return " → ".join(_plain(one) or "无" for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else _VALUE_WORDS.get(str(value), str(value))
