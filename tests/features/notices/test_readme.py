"""The transcript for secretaries is played, line by line."""

from __future__ import annotations

import re
from pathlib import Path

from tests.features.notices.bureau import Bureau, three_groups

README = Path(__file__).parents[3] / "README.zh-CN.md"


def transcript() -> list[str]:
    section = README.read_text(encoding="utf-8").partition("## 书记怎么发通知")[2]
    block = re.search(r"```console\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [line for line in block.group(1).splitlines() if line.strip()]


def heard(bureau: Bureau) -> tuple[set[str], set[str]]:
    """Every line and every row of buttons that the secretary has seen so far."""
    calls = [
        call
        for call in bureau.server.ledger.all
        if call.chat_id == bureau.wang.id and call.kind in {"send", "edit"} and call.accepted
    ]
    lines = {line for call in calls for line in call.text.splitlines()}
    return lines, {"".join(f"［{label}］" for label in call.labels) for call in calls}


async def test_the_transcript_is_real(tmp_path: Path) -> None:
    lines = transcript()
    assert len(lines) > 15
    async with three_groups(tmp_path) as bureau:
        await bureau.enrol("qyc", ("李小明", bureau.li), ("赵大强", None))
        for number, line in enumerate(lines):
            if line.startswith("> "):
                await bureau.say(bureau.wang, line.removeprefix("> "), "上面就是")
            elif line.startswith("按［"):
                label = line.removeprefix("按［").removesuffix("］")
                if label == "看回执":
                    await bureau.toast(bureau.press_in(bureau.groups[0], bureau.li, "收到"))
                following = next(each for each in lines[number + 1 :] if each.startswith("▓") or
                                 not each.startswith("通知"))  # fmt: skip
                await bureau.press(bureau.wang, label, following)
            else:
                told, rows = heard(bureau)
                assert line in told | rows, line
