"""A small invented calendar: dated, vague, recurring and undated events of two places."""

from __future__ import annotations

from typing import Any

from bot.knowledge.library import Library
from bot.knowledge.schema import Kind, Source, Topic

LIUXI = {"province": "南川省", "city": "白沙市", "county": "柳溪县"}
SONGLING = {"province": "北原省", "city": "黑水市", "county": "松岭区"}


def event(name: str, title: str, when: str, see: str | None = None) -> dict[str, Any]:
    return {"id": name, "title": title, "when": when, "see": see}


def topic(name: str, place: dict[str, str] | None, *events: dict[str, Any]) -> Topic:
    row = {
        "id": name,
        "title": f"日程{name}",
        "place": place,
        "source": "s1" if name != "songling" else "s2",
        "overview": {"ask": ["日程概况"], "answer": "这是日程的概况。"},
        "sections": [
            {"id": "zhishu", "title": "植树", "ask": ["植树"], "answer": "260 人种下 5000 棵树。"}
        ],
        "events": list(events),
    }
    return Topic.model_validate(row)


LIUXI_EVENTS = (
    event("zhishu", "环湖植树（柳溪县）", "2020年3月12日", "liuxi/zhishu"),
    event("yijian", "义剪", "2020年7月"),
    event("juanshu", "捐书", "2020年7月"),
    event("baogao", "半年报告", "2020年上半年"),
    event("xuexi", "集体学习", "6月28日至7月2日"),
    event("zoufang", "走访", "每月"),
    event("tijian", "体检", "每年"),
    event("chahua", "茶话会", "未定"),
    event("runri", "闰日会", "2月29日"),
)
SONGLING_EVENTS = (
    event("duanwu", "包粽子", "6月29日"),
    event("nianhui", "年会", "2020年12月31日"),
)


def small_calendar(*more: dict[str, Any]) -> Library:
    topics = [
        topic("liuxi", LIUXI, *LIUXI_EVENTS),
        topic("songling", SONGLING, *SONGLING_EVENTS),
        topic("gedi", None, event("kaifang", "开放日", "2020年9月5日", "liuxi/zhishu"), *more),
    ]
    kinds: dict[str, Kind] = {row.id: "calendar" for row in topics}
    sources = [
        Source(id="s1", title="湖边的一年里大家做了哪些事情和打算", dated="2020年", place="柳溪县"),
        Source(id="s2", title="松岭的日子", dated="未定", place="松岭区"),
    ]
    return Library({row.id: row for row in topics}, kinds, {row.id: row for row in sources})
