"""From the inbox through each deed to the new answer, and who waited for it is told."""

from __future__ import annotations

import pytest

from tests.features.editing.office import MEMBER, Office
from tests.features.stage import labels

ASKED = "礼拜天有没有人"
DEEDS = {
    "添加为问法": (("便民代办：在哪里办",), "在柳溪社区党群服务中心一楼"),
    "资料未载": (("就用整句",), "资料里没有写“礼拜天有没有人”"),
    "新条目": (("柳溪：便民代办", "就叫", "!礼拜天窗口不开，急事请打值班电话。"), "礼拜天窗口不开"),
    "有歧义": (("就用整句", "!党课", "每月党课：谁来讲", "!代办", "便民代办：在哪里办", "选好了"),
            "您问的可能是"),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_question_is_taught_from_the_inbox(office: Office, deed: str) -> None:
    asked = await office.say(ASKED, MEMBER)
    assert "有答案时告诉我" in labels(asked)
    await office.tap("有答案时告诉我", MEMBER)
    assert ASKED in (await office.say("/inbox")).text
    await office.taps("看 1", deed)
    steps, answer = DEEDS[deed]
    for step in steps:
        if step.startswith("!"):
            await office.say(step.removeprefix("!"))
        else:
            await office.tap(step)
    done = await office.tap("确认")
    assert f"现在问“{ASKED}”，答：\n\n{answer}" in done.text
    assert office.asked(ASKED).startswith(answer)
    assert ASKED not in (await office.say("/inbox")).text, "the question is closed"
