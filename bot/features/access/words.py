"""What members and admins read about access."""

from __future__ import annotations

from bot.messages import Button, Incoming, Reply

NAME = "access"
_PREFIX = f"{NAME}:"


def pressed(data: str) -> tuple[bool, str] | None:
    """What a button of ours asks for: approve or not, and the chat; None for odd data."""
    verdict, _, chat_id = data.removeprefix(_PREFIX).partition(":")
    if not data.startswith(_PREFIX) or verdict not in {"y", "n"} or not chat_id:
        return None
    return verdict == "y", chat_id


def _button(label: str, verdict: str, chat_id: str) -> Button:
    return Button(label, f"{_PREFIX}{verdict}:{chat_id}")


def pending_line(chat_id: str, *, has_admins: bool, reached: bool) -> Reply:
    """The one line in a chat that nobody approved yet."""
    text = f"这里是答疑台，本群编号 {chat_id}，管理员开通以后才在群里答疑。"
    if not has_admins:
        text += "还没有设置管理员，请运营者把这个编号写进设置 telegram.approved_chats。"
    elif not reached:
        text += "管理员请先私聊我发 /start，再到本群发 /id 开通。"
    return Reply(text)


def request(title: str, chat_id: str) -> Reply:
    """What each admin reads when the desk was added to a chat."""
    text = (
        f"答疑台被加进了一个群：{title or '（没有群名）'}，编号 {chat_id}。\n\n"
        "批准以后，群里有人点名提问才会答；拒绝就一直不说话。"
    )
    return Reply(text, ((_button("批准", "y", chat_id), _button("拒绝", "n", chat_id)),))


def approved(title: str, chat_id: str) -> Reply:
    """What the admin reads after approving."""
    text = f"已开通：{title or '（没有群名）'}，编号 {chat_id}。要收回，随时按下面的按钮。"
    return Reply(text, ((_button("收回", "n", chat_id),),))


def refused(title: str, chat_id: str, *, withdrawn: bool = False) -> Reply:
    """What the admin reads after refusing a chat, or taking an approval back."""
    done = "已收回" if withdrawn else "没有开通"
    text = (
        f"{done}：{title or '（没有群名）'}，编号 {chat_id}，我在那里不说话。"
        "改了主意，随时按下面的按钮。"
    )
    return Reply(text, ((_button("批准", "y", chat_id),),))


def in_settings(title: str, chat_id: str) -> Reply:
    """The settings approve this chat; no button can change that."""
    return Reply(
        f"{title or '这个群'}（编号 {chat_id}）写在设置 telegram.approved_chats 里，一直是开通的。"
        "要收回，请从设置里删掉再重启。"
    )


NOT_ADMIN = Reply("只有管理员能开通群，您现在不在管理员名单里。")


def welcome(call_names: tuple[str, ...]) -> Reply:
    """What an approved chat is told."""
    call = f"，或以“{call_names[0]}”开头" if call_names else ""
    return Reply(f"本群已开通答疑台。提问时 @我、回复我的消息{call}，发 /help 看能问什么。")


CLOSED = Reply("本群的答疑已停用。")


def ids(incoming: Incoming, *, approved_here: bool) -> Reply:
    """The ids of chat, topic and member; an admin may approve the chat right here."""
    lines = [f"您的编号：{incoming.member_id}"]
    if not incoming.private:
        lines.insert(0, f"本群编号：{incoming.chat_id}（{'已' if approved_here else '未'}开通）")
        if incoming.thread_id is not None:
            lines.insert(1, f"话题编号：{incoming.thread_id}")
    if incoming.private or approved_here or not incoming.admin:
        return Reply("\n".join(lines))
    return Reply("\n".join(lines), ((_button("批准", "y", incoming.chat_id),),))


def too_fast(seconds: int) -> Reply:
    """The friendly line for somebody who asks too much at once."""
    return Reply(f"您问得有点快，先歇一歇，{seconds} 秒以后再问。")


def cut_notice(chars_max: int) -> str:
    """What a reply to an over-long question begins with."""
    return f"您这段话比较长，我只看了前 {chars_max} 个字。"
