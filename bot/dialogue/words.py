"""What the desk itself says: its few sentences that come from no knowledge file."""

from __future__ import annotations

from bot.matching.guards import Guarded

CHOICES_HEAD = "您问的可能是下面哪一条？点一下，或回复“第一个”“第二个”。"
OFFERS_BESIDE_ANSWER = "问的要是别的事，点下面看看。"
OFFERS_BESIDE_UNKNOWN = "资料里相近的有下面几条，点一下就看。"
NOTHING_SAID = "没有看到文字。直接打字问就行，比如“红色代办在哪办”。发 /help 看我能答什么。"
UNKNOWN = "这个问题资料里没有写，不敢乱答。"
NO_CHOICES = "刚才没有列出可选的几条。请把想问的打成一句话，发 /help 看我能答什么。"
WHOLE_NUMBERS = "完整号码请私聊我问。"
WAY_OUT = "可以换个说法再问，发 /help 看我能答什么；也可以问本支部书记或管理员。"


def unknown_text(say: str, guard: Guarded | None) -> str:
    """Plain words for "I do not know", with a way out; a guard's own words have one already."""
    if guard is not None and say:
        return say
    return f"{say or UNKNOWN}\n{WAY_OUT}"


def close_miss_text(say: str, known: str) -> str:
    """Not known, but this much is: said apart, so that nobody takes it for the answer."""
    return f"{say}写到的只有：\n\n{known}"


def no_such_choice(count: int) -> str:
    """A number was named that is not on the list."""
    return f"刚才只列了 {count} 条。回复“第一个”到“第{'一二三四五'[count - 1]}个”，或换个说法再问。"


def closed_in_group(title: str) -> str:
    """A group hears where to ask, whoever asks: it must not learn who is registered."""
    return (
        f"“{title}”只给登记过的党员看，群里不说，请私聊我问。"
        "还没登记的，向本支部书记或管理员要一个加入码，私聊发“/join 加入码”给我。"
    )


def closed_in_private(title: str) -> str:
    """For somebody whom the desk does not know as a member."""
    return (
        f"“{title}”只给登记过的党员看，您还没有登记。"
        "向本支部书记或管理员要一个加入码，在这里发“/join 加入码”，登记好了再问一次。"
    )
