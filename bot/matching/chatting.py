"""One spelling for the many ways of chatting: dialect, the net's spellings, how yes-no is asked.

俺 and 我, 有没得人 and 有人吗, 咋恁慢 and 怎么这么慢 are the same to whoever greets or grumbles. So
courtesies and messages are brought to one form before they are compared, and only for that: a fact
is asked for in other words, and a dialect may mean more there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

TAILS = "啊呀哦噢喔呢吧嘛哈嘿呵啦了的哇咯哟呗嘞噻哩喽撒嗦唦昂嗷鸭吖捏哒呐咧"
"""Particles that may end a courtesy and change nothing."""

_SPELLINGS = {
    "我": "俺 洒家 咱家",
    "我们": "俺们 阿拉 咱们 偶们",
    "你": "您 侬 妳",
    "你们": "恁们 您们 侬们 恁大家",
    "你好": "恁好 你嚎 泥嚎 泥好 你号 尼好 拟好 利好 雷好 内好 nihao 雷猴 您嚎 您号 宁好 你豪",
    "再见": "再贱 在贱 载见 在见 再件 再jian",
    "收到": "手到 收道 首到",
    "晚安": "晚按 碗安 晚岸",
    "早安": "早按 早暗 枣安",
    "拜拜": "白白 掰掰 败败 摆摆 百百",
    "在吗": "在马 再吗 再嘛 载吗 在妈 在码 在骂 在麻",
    "你是": "恁是",
    "你在": "恁在",
    "你叫": "恁叫",
    "你会": "恁会",
    "这么": "恁 恁么 嫩么 这们 介么",
    "那么": "勒么 辣么",
    "说": "讲",
    "说话": "讲话 港话 港花 说花 嗦话",
    "什么": "啥子 啥 么子 么事 么斯 莫子 虾米 神马 甚么 肾么 什莫 乜嘢 乜 咩事 啥么",
    "做什么": "干什么 干啥 干啥子 干嘛 干么 干哈 做啥 做么子 弄啥 弄么 整啥 搞啥 搞么子 搞么事"
    " 搞什么 做么事 做咩 弄什么",
    "怎么": "咋个 咋样 咋地 咋的 咋 啷个 啷块 哪能 点样 点解 肿么 怎莫 怎么样 咋子 杂个 怎样",
    "为什么": "为啥 为啥子 为么子 为么事",
    "没": "没得 没有 冇得 冇 莫得 木有 么得 毛得 莫有 木得",
    "别": "莫要 甭 休要 勿要 不要 表要",
    "别急": "莫急 莫着急 不着急 别着急 不急",
    "别怪": "莫怪 勿怪",
    "别笑": "莫笑 莫笑话 别笑话",
    "别吵": "莫吵 莫闹 别闹",
    "知道": "晓得 造道 晓的",
    "谁": "哪个人 啥人 哪一位 哪位 么人",
    "看": "瞧 瞅",
    "一点": "一点儿 点儿",
    "一会": "一会儿 一哈 一哈儿",
    "一下": "一哈子 一下子 哈子",
    "事": "事儿 事情 事体",
    "孩子": "娃儿 娃娃 伢子 伢儿 小孩儿 小孩子 小孩 细伢子 小囡 崽崽 孩纸 娃子",
    "绷不住": "蚌埠住 蚌不住 崩不住",
    "这样": "酱紫 酱子 这样子 介样 这酱",
    "难受": "蓝瘦 南瘦",
    "难受想哭": "蓝瘦香菇 南瘦香菇",
    "不知道": "布吉岛",
    "非常": "灰常 灰长",
    "太": "忒 泰",
    "酷啦": "裤辣",
    "谢谢": "蟹蟹 谢射 谢些 鞋鞋 泻泻 屑屑 协协 写写 栓q 栓扣 拴q 桑q 三q 3q 三克油 三扣"
    " 谢谢谢谢 xiexie",
    "可以": "阔以 阔仪",
    "小助手": "小助理 助手 小机器人 机器人 答疑台 小党 助理",
    "同志们": "同志 同仁们 同仁",
    "大家": "各位 大伙儿 大伙 诸位 列位 众位 家人们 宝子们 群友们 大家伙儿 大家伙 大家们",
    "睡": "困觉 睡觉 瞓觉 困告",
    "吃饭": "恰饭 干饭 吃饭饭 喫饭 七饭",
    "回": "回复 回话 回信 回答",
    "今天": "今儿 今儿个 今日 今朝 今几天",
    "明天": "明儿 明儿个 明朝 明日",
    "现在": "这会儿 这会 这阵 这阵子",
    "刚才": "刚刚 将才 才将 头先 刚",
    "不好意思": "唔好意思 不好意西 布好意思",
    "对不起": "对唔住 对唔起 对不住",
}
"""How it is mostly said, and what else people write for it."""
_ONE = {way: plain for plain, ways in _SPELLINGS.items() for way in (plain, *ways.split())}
_ONE |= {
    f"恁{next_}": f"你{_ONE.get(next_, next_)}"
    for next_ in "吃睡咋说几这那可有都爱想看听俩爸妈娘村"
}
_FOLD = re.compile(
    f"(?=[{''.join(sorted({way[0] for way in _ONE}))}])"
    f"(?:{'|'.join(sorted(_ONE, key=len, reverse=True))})"
)
_ASKED_BOTH = re.compile(
    r"(?:(?P<one>[一-鿿])[不没](?P=one)|(?P<have>有)没)(?P<rest>[一-鿿]{0,8})$"
)
"""在不在, 听不听得到, 能不能说人话."""
_ASKED = re.compile(r"(?<![什怎这那多要])(?:么|不|没|伐|啵|勿|否|木)$")
_YES_NO = frozenset("吗么不没伐啵勿否木")
_AGREED = re.compile(r"(?:得行|[行成中]|[要使]得|[可阔]以)吗$")
_PEOPLE = r"(?:你们?|我们?|大家|同志们|小助手|它|他|人家|这|这里|这个|那)"
_LEADS = re.compile(
    r"(?:那个|那么|那|哎呀+|哎哟|哎呦|哎|唉|诶|欸|喂+|嗯+|哦+|噢|喔|啊|哈哈+|嘿嘿|嘿|嗨|哟|呀|呵呵|好嘞|就是|我说|说真的"
    r"|真的是|真是|真的|实在是?|确实|今天|今晚|昨晚|昨天|早上|晚上|刚才|现在|最近|这几天|这两天|天天|一直|老是|总是|突然|感觉"
    rf"|觉得|可能|应该|有点|有些|好像|{_PEOPLE}|老|又|还|都|也|可|就|先|快|请|赶紧|麻烦|给|跟|向|祝|祝愿|愿)+"
)
_DEGREE_BEFORE = re.compile(
    r"^(?:(?:太|真|好|很|挺|老|贼|超级?|特别|非常|十分|相当|蛮|怪|可|够|最|更|比较|这么|那么|多么|怎么这么|有点|有些|巨|倍"
    r"|实在|真是|格外|简直|确实|的确|还|也|都|又)+)(?=.)"
)
_DEGREE_AFTER = re.compile(
    r"(?<=.)(?:得很|得不行|得要死|得要命|得慌|得不得了|得不了|得了不得|得板|得没话说|得没法|得飞起|得嘞"
    r"|死我|死个?人|死|惨|坏我|坏|极|透顶|透|疯|炸|翻|爆|成狗|到爆|一批|得|起来|着)+$"
)


_REPEATED = re.compile(r"(.{1,6}?)\1+")


def without_tails(text: str) -> str:
    """Normalised text without spaces and final particles; particles alone stay as they are."""
    return text.rstrip(TAILS) or text


@lru_cache(maxsize=16)
def one_way(text: str) -> str:
    """Normalised text without spaces in the one spelling, without its tail.

    A question for yes or no ends in 吗, however it is asked: 在不在, 在不, 在么, 有没得人.
    """
    text = spelled(text.rstrip(TAILS) or text)
    if _YES_NO.isdisjoint(text):
        return text.rstrip(TAILS) or text
    both = _ASKED_BOTH.search(text) if "不" in text or "没" in text else None
    if both is not None and text[-1] != "吗":
        text = f"{text[: both.start()]}{both['one'] or both['have']}{both['rest']}吗"
    elif len(text) > 1:
        text = _ASKED.sub("吗", text)
    return _AGREED.sub("好吗", text) if text[-1] == "吗" else without_tails(text)


def spelled(text: str) -> str:
    """Normalised text in the one spelling of its words, as long as it is."""
    return _FOLD.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    return _ONE[match.group()]


def cores(key: str) -> Iterator[str]:
    """What is left of a text in the one spelling without what only leads in or strengthens.

    今天好冷 -> 好冷, 冷; 困得很 -> 困; 快点快点 -> 快点.
    """
    if key[0] in key[1:]:
        repeated = _REPEATED.fullmatch(key)
        if repeated is not None:
            yield repeated.group(1)
    if key[-1] == "吗":
        return
    yield from _without_degree(key)
    lead = _LEADS.match(key)
    rest = key[lead.end() :] if lead is not None else ""
    if len(rest) > 1:
        yield rest
        yield from _without_degree(rest)


def _without_degree(text: str) -> Iterator[str]:
    lead = _DEGREE_BEFORE.match(text)
    before = text[lead.end() :] if lead is not None else text
    if lead is not None:
        yield before
    end = _DEGREE_AFTER.search(before)
    if end is not None:
        yield before[: end.start()]
