"""A small invented knowledge: five topics in two places, one across places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.knowledge.library import Library
from bot.knowledge.schema import (
    Ambiguous,
    Kind,
    NotCovered,
    SmallTalk,
    Source,
    Topic,
)
from bot.matching.packed import Buffer

LIUXI = {"province": "南川省", "city": "白沙市", "county": "柳溪县", "township": "石桥镇"}
SONGLING = {"province": "北原省", "city": "黑水市", "county": "松岭区"}


def section(name: str, title: str, answer: str, *ask: str) -> dict[str, Any]:
    return {"id": name, "title": title, "answer": answer, "ask": list(ask)}


ZHISHU = {
    "id": "zhishu",
    "title": "柳溪环湖植树",
    "aliases": ["环湖植树", "植树行动", "绿带"],
    "place": LIUXI,
    "source": "s1",
    "dates": [{"what": "环湖植树", "when": "3月12日"}],
    "people": [{"name": "周广林", "role": "石桥镇党委书记"}],
    "overview": {
        "ask": ["介绍一下环湖植树", "环湖植树是怎么回事", "柳溪植树概况"],
        "answer": "3 月 12 日，柳溪县石桥镇的 260 名党员在湖边种下 5000 棵树，打分评出名次。",
    },
    "sections": [
        section(
            "renshu",
            "植树：去了多少人",
            "260 名党员、40 名志愿者，一共种了 5000 棵树。",
            "植树去了多少人",
            "多少名党员参加环湖植树",
            "种了多少棵树",
            "植树有几个人参加",
        ),
        section(
            "mingci",
            "植树：名次",
            "桥头村第三名。名次按成活率打分，由镇党委书记周广林公布。",
            "桥头村植树得了第几名",
            "植树打分的名次怎么样",
            "植树第三名是哪个村",
        ),
        section(
            "gongju",
            "植树：工具到哪里领",
            "铁锹和水桶到石桥镇文化站领，登记名字就行。",
            "植树的铁锹到哪里领",
            "种树工具在哪拿",
            "水桶去哪里领",
        ),
    ],
    "not_covered": [
        {
            "words": ["树苗多少钱", "树苗价格", "浇水"],
            "say": "资料里没有写树苗的价钱和浇水的安排。",
            "unless": ["水桶"],
        }
    ],
}

LIUXI_ZHAN = {
    "id": "liuxi-zhan",
    "title": "柳溪红色驿站",
    "aliases": ["红色驿站", "柳溪驿站"],
    "place": LIUXI,
    "source": "s1",
    "overview": {
        "ask": ["介绍一下柳溪红色驿站", "柳溪驿站是做什么的", "石桥镇的驿站概况"],
        "answer": "柳溪县石桥镇建了 12 处红色驿站，给环卫工人歇脚、热饭、充电。",
    },
    "sections": [
        section(
            "shuliang",
            "驿站：一共几处",
            "12 处，都在石桥镇的主街上，每处配 1 名管护员。",
            "红色驿站有几处",
            "石桥镇建了多少个驿站",
            "歇脚的地方一共多少个",
        ),
        section(
            "fuwu",
            "驿站：能做什么",
            "歇脚、热饭、充电、喝水，环卫工人和快递员都能用。",
            "红色驿站能做什么",
            "驿站给谁用",
            "快递员能在驿站充电吗",
        ),
        section(
            "guanhu",
            "红色驿站：管护队",
            "管护队有 12 名管护员，都是镇上的党员。",
            "红色驿站的管护队有多少人",
            "镇上的管护队",
        ),
    ],
}

YEXIAO = {
    "id": "yexiao",
    "title": "松岭党员夜校",
    "aliases": ["党员夜校", "松岭夜校"],
    "place": SONGLING,
    "source": ["s2"],
    "people": [{"name": "韩雪梅", "role": "夜校校长"}, {"name": "未载", "role": "教务员"}],
    "overview": {
        "ask": ["介绍一下党员夜校", "松岭夜校是什么", "夜校概况"],
        "answer": "松岭区办党员夜校，2019 年起每周三晚上开课，校长是韩雪梅，年经费 8 万元。",
    },
    "sections": [
        section(
            "kecheng",
            "夜校：上什么课",
            "电商、养殖、急救三门，2019 年起每周三晚上讲。",
            "夜校上什么课",
            "党员夜校有哪几门课",
            "夜校讲些啥内容",
        ),
        section(
            "jingfei",
            "夜校：经费",
            "每年 8 万元，由松岭区委组织部拨付。",
            "夜校一年花多少钱",
            "党员夜校的经费有多少",
            "办夜校的钱谁出",
        ),
        section(
            "xiaozhang",
            "夜校：校长",
            "韩雪梅，松岭党员夜校的负责人，退休教师，也讲急救课。",
            "夜校校长是谁",
            "谁在管党员夜校",
        ),
    ],
    "ambiguous": [{"words": ["课时"], "choices": ["yexiao/kecheng", "yexiao/jingfei"]}],
}

SONGLING_ZHAN = {
    "id": "songling-zhan",
    "title": "松岭暖心驿站",
    "aliases": ["暖心驿站", "松岭驿站"],
    "place": SONGLING,
    "source": "s2",
    "overview": {
        "ask": ["介绍一下暖心驿站", "松岭驿站是做什么的", "暖心驿站概况"],
        "answer": "松岭区在公交站旁边设了 7 处暖心驿站，冬天给等车的老人避风。",
    },
    "sections": [
        section(
            "shuliang",
            "暖心驿站：一共几处",
            "7 处，都在公交站旁边，夜里不关灯。",
            "暖心驿站有几处",
            "松岭设了多少个驿站",
            "避风的地方一共几个",
        ),
        section(
            "guanhu",
            "暖心驿站：管护队",
            "管护队由公交公司的 9 名党员组成。",
            "暖心驿站的管护队有哪些人",
            "公交站那边的管护队",
        ),
    ],
}

KUADI = {
    "id": "theme-yizhan",
    "title": "各地驿站",
    "aliases": ["各地驿站"],
    "source": ["s1", "s2"],
    "overview": {
        "ask": ["各地的驿站有什么不同", "哪些地方建了驿站", "几个地方的驿站比一比"],
        "answer": "两处建了驿站：柳溪县 12 处红色驿站，松岭区 7 处暖心驿站。",
    },
}

GUARDS = [
    NotCovered(words=["护照", "签证"], say="资料里没有写护照和签证怎么办。"),
    NotCovered(words=["打分标准"], say="资料里没有写打分的标准。", unless=["成活率"]),
]

DOUBLE = [
    Ambiguous(
        words=["驿站"],
        choices=["liuxi-zhan", "songling-zhan/shuliang", "theme-yizhan"],
        unless=["各地", "红色驿站"],
    )
]

THESAURUS = (("铁锹", "锄头", "挖树坑的家伙"), ("多少钱", "几块钱", "几钿"))

TALK = (
    SmallTalk(id="hello", ask=["你好", "在吗"], answer="您好，请说。"),
    SmallTalk(id="thanks", ask=["谢谢", "太感谢您了"], answer="不客气，应该的。"),
    SmallTalk(id="bye", ask=["先这样", "再见"], answer="再见，慢走。"),
    SmallTalk(id="signs", ask=["？", "👍"], answer="请用文字说。"),
)


@lru_cache(maxsize=1)
def small_library() -> Library:
    rows = (ZHISHU, LIUXI_ZHAN, YEXIAO, SONGLING_ZHAN, KUADI)
    topics = [Topic.model_validate(row) for row in rows]
    kinds: dict[str, Kind] = {topic.id: "practices" for topic in topics}
    sources = [
        Source(id="s1", title="湖边种下五千棵树", authors=None, dated="2020年3月", place="柳溪县"),
        Source(id="s2", title="夜校的灯亮了", authors=None, dated="未定", place="松岭区"),
    ]
    return Library(
        topics={topic.id: topic for topic in topics},
        kinds=kinds,
        sources={source.id: source for source in sources},
        smalltalk=TALK,
        thesaurus=THESAURUS,
        not_covered=tuple(GUARDS),
        ambiguous=tuple(DOUBLE),
        places={"zhishu/renshu": ("activities/zhishu.yaml", 20)},
    )


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.reads = 0

    def get(self, name: str) -> bytes | None:
        self.reads += 1
        return self.kept.get(name)

    def put(self, name: str, pieces: Sequence[Buffer]) -> None:
        self.kept[name] = b"".join(pieces)
