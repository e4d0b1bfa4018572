"""What every secretary does in the tests: write a notice by buttons, and send it."""

from __future__ import annotations

from tests.features.notices.bureau import Bureau


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


async def sent(bureau: Bureau, *, receipt: str = "要回执", groups: int = 2) -> None:
    """A notice that arrived everywhere."""
    await write(bureau, receipt=receipt)
    await bureau.press(bureau.wang, "确认发送", f"送达 {groups}/{groups} 个群")
