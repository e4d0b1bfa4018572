"""What people read about codes and the roster."""

from __future__ import annotations

from collections.abc import Sequence

from bot.features.organisation.picker import Rows
from bot.messages import Button, Reply
from bot.organisation import Role, RosterEntry, Units
from bot.organisation.roster import Change, Reading

NAMES_TOLD_MAX = 60
FORM = Reply("把书记或管理员给您的码写在后面，如：/join K7M2-9QXD-4TFB。直接把码发给我也行。")
WRONG = Reply("这个码不对，或已经用过、过期了。请核对后再发；还不行，请给您码的人再发一个。")
VOID = Reply("这个码不能用了：发码的人没有这个权限了，或名册已经改过。请向书记或管理员要一个新的。")
HAVE_ROLE = Reply("您已经有这个角色了，这个码也就作废了。您的身份发 /roles 可以看到。")
HAVE_NAME = Reply("您已经绑定过这个名字了。您的身份发 /roles 可以看到。")
NOT_BOUND = Reply("您没有绑定花名册上的名字，不用退出。")
LEFT = Reply("已退出花名册：名字和您的账号不再有关联。想再绑定，请向书记或管理员要新的加入码。")
CANCELLED = Reply("已取消，什么都没改。")
NO_ROSTER = (
    "还没有花名册，不影响别的功能。要用的话，把一张表（第一行写“姓名”“单位”，下面一行一个人，"
    "不要别的列）发给我，或用命令 dangbot roster import 文件 导入。只有管理员能导入。"
)
TOO_LARGE = Reply("文件超过 5 MB，不像是名册。请只留要导入的那张表再发。")
NOT_FETCHED = Reply("没能取到这个文件，可能是网络不好。请再发一次。")
STALE = Reply("这张表放得太久了。请再发一次。")


def wait(seconds: int) -> Reply:
    """Somebody tried too many wrong codes."""
    return Reply(f"试错的次数太多，请 {max(1, -(-seconds // 60))} 分钟以后再发。")


def role_taken(role: Role, path: str) -> Reply:
    """A code for a role was used."""
    can = (
        "您可以给这些组织的群发通知，发 /roles 看您的身份。"
        if role is Role.SECRETARY
        else "有代办的事我会告诉您，发 /roles 看您的身份。"
    )
    return Reply(f"您现在是{role.word}：{path}。{can}")


def name_taken(entry: RosterEntry, path: str) -> Reply:
    """A code of the roster was used."""
    return Reply(
        f"已绑定：{entry.name}，{path}。\n只记下您的账号和这个名字的对应，用来知道通知谁看了、谁还没看。"
        "不想绑定了，发 /leave。"
    )


def ask_leave(entries: Sequence[RosterEntry], units: Units) -> Reply:
    """Is that meant?"""
    names = "；".join(f"{entry.name}，{units.path_name(entry.unit)}" for entry in entries)
    rows = ((Button("确定退出", "org:j:y"), Button("取消", "org:j:x")),)
    return Reply(
        f"要退出花名册吗？现在绑定的是：{names}。\n退出以后，名册里的名字还在，但不知道是您。", rows
    )


def roster_page(
    path: str, everyone: Sequence[RosterEntry], here: Sequence[RosterEntry], rows: Rows
) -> Reply:
    """/roster: how many are bound below a unit, and who belongs to the unit itself."""
    bound = sum(entry.bound for entry in everyone)
    lines = [f"{path or '全部'}：名册上 {len(everyone)} 人，已绑定 {bound} 人。"]
    yes = [entry.name for entry in here if entry.bound]
    no = [entry.name for entry in here if not entry.bound]
    if yes:
        lines.append(f"已绑定（{len(yes)}）：{_names(yes)}")
    if no:
        lines.append(f"没绑定（{len(no)}）：{_names(no)}")
    return Reply("\n".join(lines), rows)


def _names(names: Sequence[str]) -> str:
    told = "、".join(names[:NAMES_TOLD_MAX])
    return told if len(names) <= NAMES_TOLD_MAX else f"{told}等"


def slips(reading: Reading) -> Reply:
    """A table that cannot be imported yet."""
    return Reply(f"这张表还不能导入，一行都没有导入：\n{reading.report()}\n改好以后再发一次。")


def preview(change: Change, lost: int, token: str) -> Reply:
    """What an import would do."""
    rows = ((Button("导入", f"org:f:y:{token}"), Button("取消", f"org:f:x:{token}")),)
    return Reply(f"{counts(change)}{_lost(lost)}\n导入吗？", rows)


def imported(change: Change) -> Reply:
    """It is done."""
    return Reply(f"已导入。{counts(change)}要给新加的人发加入码，用命令 dangbot roster codes。")


def counts(change: Change) -> str:
    """What changes, in numbers."""
    return f"新增 {len(change.added)} 人，保留 {change.kept} 人，去掉 {len(change.removed)} 人。"


def _lost(lost: int) -> str:
    return f"去掉的人里有 {lost} 人绑定了账号，绑定会一起删掉。" if lost else ""
