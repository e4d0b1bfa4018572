"""What people read about roles: granting, listing, withdrawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.features.organisation.picker import Rows
from bot.messages import Button, Reply, Span
from bot.organisation import AuditEntry, Grant, Role, Roles, RosterEntry, Units
from bot.organisation.organisation import GRANT_CODE_MINUTES, GRANT_CODES_MAX

PAGE = 8
_UNITS_TOLD_MAX = 6
NOT_YOURS = Reply("这个命令给管理员和书记用。您的身份发 /roles 可以看到。")
MAY_NOT = Reply("您现在没有权限做这一步。您的身份发 /roles 可以看到。")
CANCELLED = Reply("已取消，什么都没改。")
TOO_MANY = Reply(
    f"您发出去还没用的码有 {GRANT_CODES_MAX} 个了。等它们用掉或过期"
    f"（{GRANT_CODE_MINUTES} 分钟），再发 /grant。"
)
GONE = Reply("这个角色已经收回了。发 /roles 看现在有哪些。")
VOIDED = Reply("这个码已作废，谁拿着都不能再用。")
FORM = "也可以直接写：/grant 书记 组织名称；知道本人的编号，就再写上编号，不用发码。"
NO_UNITS = Reply("设置里还没有各级组织（organisation.units），没法授予角色。请运营者先写好再来。")
_ACTIONS: Mapping[str, str] = {
    "bind": "绑定群",
    "unbind": "解绑群",
    "grant": "授予角色",
    "grant.code": "用码领到角色",
    "withdraw": "收回角色",
    "invite": "发出授权码",
    "void": "作废授权码",
    "join": "加入花名册",
    "leave": "退出花名册",
    "roster.import": "导入花名册",
    "roster.codes": "生成加入码",
}


def which_role(roles: Roles) -> Reply:
    """The first step of granting."""
    rows = [(Button("授予帮办人员", "org:g:h"),), (Button("取消", "org:g:x"),)]
    if roles.admin:
        rows.insert(0, (Button("授予书记", "org:g:s"),))
    text = (
        "要授予什么角色？\n书记：管一个组织和它下面的所有组织，能发通知。\n"
        f"帮办人员：办一个组织的代办、心愿等事。\n{FORM}"
    )
    return Reply(text, tuple(rows))


def which_unit(role: Role, where: str, rows: Rows) -> Reply:
    """The second step."""
    return Reply(f"授予哪个组织的{role.word}？\n{where}", rows)


def unit_unclear(role: Role, word: str, near: str, rows: Rows) -> Reply:
    """What was written fits several units, or none."""
    hint = f"是不是“{near}”？" if near else ""
    return Reply(
        f"“{word[:20]}”对不上一个组织。{hint}点一个来选：授予哪个组织的{role.word}？", rows
    )


def code(text: str, role: Role, path: str, selector: str) -> Reply:
    """The code, to be handed on."""
    head = (
        f"{role.word}：{path}\n\n把下面这行转给本人，"
        f"请本人在 {GRANT_CODE_MINUTES} 分钟内私聊我发来。"
        "只能用一次，谁发来就授予谁；有人用了我会告诉您。\n\n"
    )
    line = f"/join {text}"
    rows = ((Button("作废这个码", f"org:g:v:{selector}"),),)
    return Reply(head + line, rows, (Span(len(head), len(head) + len(line), "code"),))


def granted(role: Role, path: str, member_id: str, *, new: bool) -> Reply:
    """A role was given by id."""
    done = "已授予" if new else "本来就有"
    return Reply(f"{done}：编号 {member_id}，{role.word}，{path}。要收回，发 /roles。")


def told(role: Role, path: str, member_id: str, grant_id: int) -> Reply:
    """What the giver reads when the code was used."""
    rows = ((Button("收回", f"org:r:a:{grant_id}"),),)
    return Reply(
        f"您发的码用掉了：编号 {member_id} 现在是{role.word}，{path}。不是本人就收回。", rows
    )


def mine(roles: Roles, entries: Sequence[RosterEntry], units: Units) -> list[str]:
    """What somebody is, in lines."""
    lines = ["您是管理员，由设置指定。"] if roles.admin else []
    lines += [f"您是书记：{_paths(roles.secretary_of, units)}。"] if roles.secretary_of else []
    lines += [f"您是帮办人员：{_paths(roles.helper_of, units)}。"] if roles.helper_of else []
    names = "；".join(f"{entry.name}，{units.path_name(entry.unit)}" for entry in entries)
    lines += [f"花名册上的您：{names}。"] if names else []
    return lines or ["您现在没有特别的角色，照常提问就行。有加入码的话，发 /join 和码。"]


def _paths(ids: frozenset[str], units: Units) -> str:
    order = [unit.id for unit in units if unit.id in ids]
    told = "；".join(units.path_name(unit) for unit in order[:_UNITS_TOLD_MAX])
    return told if len(order) <= _UNITS_TOLD_MAX else f"{told}等 {len(order)} 个组织"


@dataclass(frozen=True, slots=True)
class Overview:
    """What /roles shows to one member."""

    own: Sequence[str]
    """What the member is, in lines."""
    grants: Sequence[Grant]
    """The roles that the member looks after."""
    names: Mapping[tuple[str, str], str]
    """Names of the roster by channel and member id."""
    may_withdraw: frozenset[int] = frozenset()
    """The ids of the grants that the member may take back."""
    may_leave: bool = False


def overview(seen: Overview, page: int, units: Units) -> Reply:
    """/roles: what you are, and the roles you look after."""
    lines = ["\n".join(seen.own)]
    rows: list[tuple[Button, ...]] = []
    last = max(0, (len(seen.grants) - 1) // PAGE)
    page = min(max(page, 0), last)
    if seen.grants:
        pages = f"，第 {page + 1} 页，共 {last + 1} 页" if last else ""
        told = [f"授出的角色（{len(seen.grants)} 个{pages}）："]
        part = seen.grants[page * PAGE : (page + 1) * PAGE]
        for number, grant in enumerate(part, start=page * PAGE + 1):
            told.append(f"{number}. {described(grant, seen.names, units)}")
            if grant.id in seen.may_withdraw:
                rows.append((Button(f"收回第 {number} 个", f"org:r:a:{grant.id}"),))
        lines.append("\n".join(told))
    turns = [
        Button(label, f"org:r:l:{there}")
        for label, there in (("上一页", page - 1), ("下一页", page + 1))
        if 0 <= there <= last
    ]
    if turns:
        rows.append(tuple(turns))
    if seen.may_leave:
        rows.append((Button("退出花名册", "org:j:a"),))
    return Reply("\n\n".join(lines), tuple(rows))


def described(grant: Grant, names: Mapping[tuple[str, str], str], units: Units) -> str:
    """One grant in words: the name where the roster knows it, and always the id."""
    name = names.get((grant.channel, grant.member_id), "")
    who = f"{name}（编号 {grant.member_id}）" if name else f"编号 {grant.member_id}"
    where = units.path_name(grant.unit)
    gone = "" if grant.unit in units else "（设置里已没有这个组织，不再起作用）"
    return f"{grant.role.word}，{where}{gone}，{who}"


def ask_withdraw(text: str, grant_id: int) -> Reply:
    """Is that meant?"""
    rows = ((Button("确定收回", f"org:r:w:{grant_id}"), Button("返回", "org:r:l:0")),)
    return Reply(f"要收回这个角色吗？\n{text}", rows)


def withdrawn(text: str, grant: Grant) -> Reply:
    """It is done, and how to do it back."""
    word = grant.role.word
    back = f"/grant {word} {grant.unit} {grant.member_id}"
    rows = ((Button("返回", "org:r:l:0"),),)
    return Reply(f"已收回，马上生效：{text}。要恢复，发 {back}", rows)


def audit_page(
    entries: Sequence[AuditEntry], times: Sequence[str], units: Units, *, more: bool
) -> Reply:
    """/audit: who did what, the newest first."""
    if not entries:
        return Reply("还没有操作记录。")
    lines = []
    for entry, time in zip(entries, times, strict=True):
        who = "命令行" if entry.channel == "cli" else f"编号 {entry.member_id}"
        lines.append(f"{time} {who} {acted(entry, units)}")
    rows = ((Button("看更早的", f"org:a:{entries[-1].id}"),),) if more else ()
    return Reply("操作记录，新的在前，只记编号：\n\n" + "\n".join(lines), rows)


def acted(entry: AuditEntry, units: Units) -> str:
    """What was done, and to what."""
    did = _ACTIONS.get(entry.action, entry.action)
    return f"{did} {_subject(entry.subject, units)}".rstrip()


def _subject(subject: str, units: Units) -> str:
    """The ids of a row in words, where they stand for a unit or a role."""
    known = {role.value: role.word for role in Role} | {"by": "由"}
    told = []
    for word in subject.split():
        plain = word.removeprefix("telegram:")
        told.append(units.name(word) if word in units else known.get(plain, plain))
    return " ".join(told)
