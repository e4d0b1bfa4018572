from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest

from bot.app import (
    beside,
    counted,
    ground,
    log_to_stderr,
    menu,
    open_knowledge,
    serve,
    telegram_options,
)
from bot.channels.telegram.channel import TelegramChannel
from bot.config import Settings
from bot.delivery.outbox import Outbox
from bot.dialogue.editions import CurrentDesk, in_private
from bot.dialogue.memory import AGE_MAX, Remembered
from bot.errors import ConfigError, KnowledgeError
from bot.features import Ground, build_features
from bot.features.access.feature import AccessSettings
from bot.features.access.rules import Limits
from bot.storage.database import Database, StorageError
from tests.fakes import FakeChannel, FakeClock
from tests.knowledge.folder import build
from tests.organisation.small import small_organisation

TOKEN = "123456:AAtoken_of_a_test_0000000"


def settings(tmp_path: Path, **telegram: object) -> Settings:
    return Settings(
        telegram={"token": TOKEN, "base_url": "http://127.0.0.1:1"} | telegram,
        database={"url": f"sqlite:///{tmp_path / 'desk.db'}"},
        knowledge=build(tmp_path / "knowledge"),
    )


def test_the_log_masks_the_token_and_tells_no_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        log_to_stderr(settings(tmp_path))
        logging.getLogger("bot.x").info("用 %s 连接", TOKEN)
        logging.getLogger("bot.x").warning("还有 https://h/bot99999:%s/getMe", "x" * 35)
        logging.getLogger("httpx").info("GET https://h/bot%s/getMe", TOKEN)
        logging.getLogger("telegram.Bot").error("a member said this")
        logging.getLogger("bot.x").error("错", exc_info=ValueError(TOKEN))
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name in ("bot", "telegram"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    said = capsys.readouterr().err
    assert TOKEN not in said
    assert said.count("<令牌>") == 2
    assert "xxxxx" not in said
    assert "getMe" in said
    assert "错：ValueError" in said
    assert "a member said this" not in said


def test_options_come_from_the_settings(tmp_path: Path) -> None:
    options = telegram_options(settings(tmp_path, admins=[1], overheard={-1: "strict"}))
    assert options.token == TOKEN
    assert options.admins == {1}
    assert options.overheard == {-1: "strict"}
    with pytest.raises(ConfigError, match="令牌"):
        telegram_options(settings(tmp_path, token=None))


async def test_bad_knowledge_stops_the_start(tmp_path: Path) -> None:
    wrong = settings(tmp_path).model_copy(update={"knowledge": tmp_path / "nowhere"})
    with pytest.raises(KnowledgeError):
        await serve(wrong)


async def test_a_bad_database_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    with pytest.raises(ConfigError, match="数据库"):
        await serve(settings(tmp_path))


async def test_the_menu_lists_every_command_for_members(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    org = await small_organisation(database, FakeClock())
    bare = Ground(
        database,
        FakeChannel(),
        FakeClock(),
        AccessSettings(),
        Limits(),
        org,
        Outbox(database, FakeClock()),
    )
    features = await build_features(bare)
    await database.close()
    found = menu(features, CurrentDesk(open_knowledge(settings(tmp_path), FakeClock())))
    assert "id" in found
    assert all(name.isascii() and summary for name, summary in found.items())


async def test_features_ask_the_desk_as_it_speaks_in_private(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    await database.open()
    org = await small_organisation(database, FakeClock())
    await database.close()
    given = settings(tmp_path)
    channel = TelegramChannel(telegram_options(given), FakeClock())
    found = ground(given, channel, org, Outbox(database, FakeClock()), None)
    assert found.in_private is in_private


async def test_what_the_desk_remembers_goes_though_nobody_asks_again(tmp_path: Path) -> None:
    clock, given = FakeClock(), settings(tmp_path)
    database = Database(given.database.url)
    await database.open()
    live = open_knowledge(given, clock)
    org = await small_organisation(database, clock)
    channel = TelegramChannel(telegram_options(given), clock)
    features = await build_features(ground(given, channel, org, Outbox(database, clock), live))
    memory = live.edition.value.memory
    memory.store("42", "42", Remembered(clock(), "王芳的转正材料"))
    await features.background()["刚才的问题"].step()
    assert len(memory) == 1
    clock.forward(AGE_MAX.total_seconds() + 1)
    await features.background()["刚才的问题"].step()
    assert len(memory) == 0
    await database.close()


async def test_a_stop_writes_the_last_counts_or_says_so(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def close() -> None:
        done.append("closed")
        if len(done) > 1:
            raise StorageError("磁盘满了。")

    async with counted(close):
        assert done == []
    assert done == ["closed"]
    assert caplog.text == ""
    async with counted(close):
        pass
    assert "没能记下最后几秒的提问：磁盘满了" in caplog.text


async def test_work_beside_may_be_over_before_it_began() -> None:
    begun: list[str] = []

    async def work() -> None:
        begun.append("work")

    async with beside(work):
        pass  # nothing is awaited in between: the task never gets its turn
    gc.collect()  # a coroutine that nobody awaited would complain now
    assert begun == []
