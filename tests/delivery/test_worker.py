from __future__ import annotations

from tests.delivery.conftest import Office


async def test_every_target_gets_a_notice_once(office: Office) -> None:
    assert await office.put("-1", "-2", "7") == 3
    assert await office.put("-1", "-2", "7") == 0
    await office.work(5)
    assert sorted(office.once.chats()) == ["-1", "-2", "7"]
    assert set((await office.states()).values()) == {"sent"}
