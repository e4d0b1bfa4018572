"""The calendar on Telegram, with the real program: pages turn, posters and files arrive."""

from __future__ import annotations

from tests.bot_api import BotApiServer
from tests.e2e.process import Program


async def test_a_month_is_turned_and_taken_along(server: BotApiServer, program: Program) -> None:
    wang = server.user("王芳")
    chat = server.private(wang)
    await program.start()
    server.say(chat, wang, "/calendar 2020年6月 中泰街道")
    page = await server.next_sent(chat)
    assert page.labels == ("上个月（5月）", "下个月（7月）", "海报", "日历文件")
    await server.answer_to(server.press(chat, wang, "下个月（7月）"))
    [turned] = await server.wait_for(lambda book: book.edited(chat.id))
    assert turned.message_id == page.message_id
    assert "专题党课" in turned.text
    for label, method, words in (
        ("海报", "sendPhoto", "2020年7月的海报"),
        ("日历文件", "sendDocument", "再打开一次只会更新"),
    ):
        await server.answer_to(server.press(chat, wang, label))
        sent = await server.next_sent(chat)
        assert sent.method == method
        assert words in sent.text
    assert await program.stop() == 0
