"""Forgetting on both kinds of database, and what is known of a member there."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.told.store import ToldStore
from bot.features.privacy.forgetting import Matcher, forget_again, wish_of
from bot.features.privacy.store import ForgottenStore, mark
from bot.storage.database import Database
from tests.features.privacy.planted import naming, plant
from tests.features.stage import build_stage

ID, NAME = "8765432109", "欧阳若曦"


async def test_planted_and_gone(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    try:
        stage = await build_stage(database)
        await plant(database, ID, NAME)
        store, matcher = ForgottenStore(database), Matcher()
        assert f"telegram:{ID}" in await store.people()
        assert len(await ToldStore(database).of("telegram", ID)) == 1
        wish = await wish_of(store, matcher, f"telegram:{ID}", 1.0)
        meant = await forget_again(database, stage.features.all(), await store.all(), matcher)
        assert meant == [f"telegram:{ID}"]
        assert await naming(database, ID, NAME) == []
        assert [one.cleaned for one in await store.all()] == [False]
        await store.cleaned(wish)
        assert [one.cleaned for one in await store.all()] == [True]
        salt = (await store.all())[0].salt
        again = await wish_of(store, matcher, "telegram:1", 2.0)
        assert (await store.all())[-1].salt == salt
        await store.merge(await store.all())
        assert [one.id for one in await store.all()] == [wish, again]
        first, second = await store.all()
        await store.merge([replace(first, at=3.0)])
        third = (await store.all())[-1]
        assert (third.digest, third.at, third.cleaned) == (first.digest, 3.0, False)
        marks = {mark([]), mark([first]), mark([second]), mark([first, second]), mark([third])}
        assert len(marks) == 5, "who wishes it again after coming back has a wish of their own"
        assert mark([first, second]) == mark([replace(second, id=9), first])
    finally:
        await database.close()
