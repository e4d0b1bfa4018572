"""A secretary writes, previews and sends a notice; members answer; all against the server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.features.notices.bureau import Bureau, make_bureau


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    """Three groups: two of a community's branches, one of a village."""
    async with make_bureau(tmp_path) as made:
        first, second, third = made.group("沁园春群"), made.group("小树林群"), made.group("况场群")
        async with made.open():
            await made.bind(first, "qyc")
            await made.bind(second, "xsl")
            await made.bind(third, "cun")
            await made.make_secretary(made.wang, "sq")
            yield made


async def write(bureau: Bureau, *, receipt: str = "要回执") -> None:
    """Guided by buttons up to the preview."""
    wang = bureau.wang
    await bureau.say(wang, "/notice", "先选类别")
    await bureau.press(wang, "会议通知", "请发给我")
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    await bureau.say(wang, "明天下午三点开会", "发给谁", entities=bold)
    await bureau.press(wang, "学士山社区大党委及以下（2）", "什么时候发")
    await bureau.press(wang, "现在就发", "要不要回执")
    await bureau.press(wang, receipt, "上面就是群里将看到的样子")


async def test_from_the_first_word_to_the_report(bureau: Bureau) -> None:
    await write(bureau)
    private = bureau.private(bureau.wang)
    preview = bureau.server.ledger.sent(private.id)[-2]
    assert preview.text.startswith("【会议通知】\n明天下午三点开会")
    assert preview.labels == ("收到", "请假", "有疑问")
    shown = bureau.server.ledger.sent(private.id)[-1]
    assert "发给：2 个群（沁园春群、小树林群）" in shown.text
    assert "北京时间" in shown.text
    assert "发成 1 条" in shown.text
    assert shown.labels == ("确认发送", "修改", "改成不响铃", "放弃")
    await bureau.press(bureau.wang, "确认发送", "送达 2/2 个群")
    first, second, third = bureau.groups
    for group in (first, second):
        (sent,) = bureau.server.ledger.sent(group.id)
        assert sent.text == preview.text
        assert sent.labels == preview.labels
        assert sent.message is not None
        assert preview.message is not None
        assert sent.message.entities == preview.message.entities
    assert bureau.server.ledger.sent(third.id) == []
    log = await bureau.org.audit_log(5)
    assert (log[0].action, log[0].member_id) == ("notice.send", str(bureau.wang.id))
