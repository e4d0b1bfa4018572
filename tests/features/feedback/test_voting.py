"""Buttons under answers: where they stand, that a vote counts once, and what comes after 没用."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.features.fading import Fading
from bot.features.feedback.rules import GROUP_DAY_MAX, nearest, token, wants_vote
from bot.features.feedback.store import What
from bot.features.feedback.votes import RECENT, RECENT_MAX
from bot.knowledge.offers import entry_token
from bot.messages import BUTTON_DATA_BYTES_MAX, About, Button, Reply
from bot.storage.database import StorageError
from bot.turn import Turn
from tests.features.feedback.conftest import ANSWER, REF, Booth, rows

VOTES = ["有用", "没用"]
GROUP = "-5"
OFFER = Button("别的", "e:000000000000")


def about(question: str = "铁锹去哪领", *, ref: str = REF, doubtful: bool = False) -> About:
    return About(question, "answered", ref, (ref,), doubtful)


async def test_private_answers_ask_whether_they_helped(booth: Booth) -> None:
    reply = await booth.answer(reply=replace(ANSWER, buttons=((OFFER,),)))
    assert rows(reply) == [["别的"], VOTES]
    assert reply.text == ANSWER.text
    sizes = [len(button.data.encode()) for row in reply.buttons for button in row]
    assert max(sizes) <= BUTTON_DATA_BYTES_MAX


@pytest.mark.parametrize("asked", ["asked back", "told missing", "unknown", "calendar", "courtesy"])
async def test_only_answers_from_an_entry_are_voted_on(booth: Booth, asked: str) -> None:
    reply = await booth.answer(about=About("问", asked, "", (REF,)))  # type: ignore[arg-type]
    assert reply.buttons == ()


async def test_without_knowledge_there_is_only_counting(booth: Booth) -> None:
    booth.feedback._library = None
    assert (await booth.answer()).buttons == ()
    assert len(await booth.counts()) == 1
    pressed = booth.said("7", pressed=f"feedback:y:{token(REF)}")
    assert (await booth.feedback.handle(Turn(pressed))) is not None
    assert (await booth.votes())[What.USEFUL] == 0


async def test_groups_see_the_buttons_sparingly(booth: Booth) -> None:
    assert rows(await booth.answer(group=GROUP)) == [VOTES]
    assert rows(await booth.answer(group=GROUP)) == []
    assert rows(await booth.answer(group="-6")) == [VOTES]
    assert rows(await booth.answer(group=GROUP, about=about(doubtful=True))) == [VOTES]
    assert rows(await booth.answer(group=GROUP, about=about(ref="zhishu/renshu"))) == [VOTES]
    await booth.feedback.moved("telegram", GROUP, "-1005")
    assert rows(await booth.answer(group="-1005")) == []
    booth.clock.forward(86400)
    assert rows(await booth.answer(group="-1005")) == [VOTES]


def test_the_rule_for_groups(booth: Booth) -> None:
    heard = booth.said("7", GROUP)
    assert wants_vote(about(), heard, ())
    assert not wants_vote(about(), heard, (REF,))
    assert wants_vote(about(doubtful=True), heard, (REF,) * (GROUP_DAY_MAX - 1))
    assert not wants_vote(about(doubtful=True), heard, (REF,) * GROUP_DAY_MAX)
    assert not wants_vote(about(), replace(heard, overheard=True), ())
    assert wants_vote(about(), booth.said("7"), (REF,) * GROUP_DAY_MAX)


async def test_a_vote_in_private_takes_the_buttons_away(booth: Booth) -> None:
    reply = await booth.answer(reply=replace(ANSWER, buttons=((OFFER,),)))
    done = await booth.press(reply, "有用")
    assert done is not None
    assert (done.text, done.toast) == (ANSWER.text, "谢谢，记下了。")
    assert rows(done) == [["别的"]]
    assert await booth.votes() == {What.USEFUL: 1, What.USELESS: 0}


async def test_a_vote_in_a_group_leaves_the_message_as_it_is(booth: Booth) -> None:
    reply = await booth.answer(group=GROUP)
    assert await booth.press(reply, "有用", group=GROUP) == Reply("", toast="谢谢，记下了。")
    assert await booth.press(reply, "没用", "8", GROUP) == Reply("", toast="谢谢，记下了。")
    assert await booth.votes() == {What.USEFUL: 1, What.USELESS: 1}


async def test_pressed_twice_it_counts_once(booth: Booth) -> None:
    reply = await booth.answer(group=GROUP)
    await booth.press(reply, "没用", group=GROUP)
    again = await booth.press(reply, "没用", group=GROUP)
    assert again == Reply("", toast="已经记过了。")
    assert await booth.votes() == {What.USEFUL: 0, What.USELESS: 1}
    changed = await booth.press(reply, "有用", group=GROUP)
    assert changed == Reply("", toast="已改成“有用”。")
    assert await booth.votes() == {What.USEFUL: 1, What.USELESS: 0}
    # The same entry under another message is another answer.
    await booth.press(reply, "有用", group=GROUP, message="901")
    assert await booth.votes() == {What.USEFUL: 2, What.USELESS: 0}


async def test_a_mark_leads_to_nobody_and_ends_with_the_day(booth: Booth) -> None:
    reply = await booth.answer(group=GROUP)
    await booth.press(reply, "有用", "7707", GROUP)
    votes = booth.feedback._votes
    key = votes._key
    assert len(key) == 32
    assert b"7707" not in b"".join(votes._marks)
    booth.clock.forward(86400)
    await booth.press(reply, "有用", "8", GROUP)
    assert votes._key != key
    assert len(votes._marks) == 1


async def test_after_useless_in_private_there_is_a_way_on(booth: Booth) -> None:
    reply = await booth.answer()
    after = await booth.press(reply, "没用")
    assert after is not None
    assert rows(after) == [["看相近的", "告诉管理员"]]
    assert (after.text, after.toast) == (ANSWER.text, "谢谢，记下了。")
    near = await booth.press(after, "看相近的")
    assert near is not None
    assert near.text == ANSWER.text
    assert near.buttons[0][0].data == entry_token("zhishu/renshu")
    assert rows(near)[-1] == ["返回"]
    assert all(button.data != entry_token(REF) for row in near.buttons for button in row)
    back = await booth.press(near, "返回")
    assert rows(back) == [["看相近的", "告诉管理员"]]
    told = await booth.press(after, "告诉管理员")
    assert told is not None
    assert booth.inbox.told == [("铁锹去哪领", REF, (REF, "zhishu/renshu"))]
    assert told.text.endswith("这一问已经转给管理员，没有附您的名字。")
    assert told.buttons == ()
    again = await booth.press(after, "告诉管理员")
    assert again == Reply("", toast="已经转给管理员了。")
    assert len(booth.inbox.told) == 1


async def test_near_ones_that_stand_there_are_not_offered_twice(booth: Booth) -> None:
    reply = await booth.answer(reply=replace(ANSWER, buttons=((OFFER,),)))
    assert rows(await booth.press(reply, "没用")) == [["别的"], ["告诉管理员"]]


async def test_without_an_inbox_nothing_is_handed_on(booth: Booth) -> None:
    booth.feedback._complain = None
    assert rows(await booth.press(await booth.answer(), "没用")) == [["看相近的"]]
    booth.restart()
    booth.feedback._complain = None
    before = Booth(booth.database)
    toast = await booth.press(await before.answer(), "没用")
    assert toast == Reply("", toast="谢谢，记下了。")


async def test_an_inbox_that_refuses_is_tried_again(booth: Booth) -> None:
    after = await booth.press(await booth.answer(), "没用")
    assert after is not None
    booth.inbox.error = StorageError("磁盘满了。")
    failed = await booth.press(after, "告诉管理员")
    assert failed == Reply("", toast="这会儿没能转过去，请过一会儿再按一次。")
    booth.inbox.error = None
    await booth.press(after, "告诉管理员")
    assert len(booth.inbox.told) == 1


async def test_a_chosen_entry_is_told_with_the_question_before_it(booth: Booth) -> None:
    await booth.answer(about=About("工具呢", "asked back", "", (REF, "zhishu/renshu")))
    chosen = await booth.answer(about=About("", "answered", REF, (REF,)), pressed="e:1")
    after = await booth.press(chosen, "没用")
    assert after is not None
    await booth.press(after, "告诉管理员")
    assert [question for question, *_ in booth.inbox.told] == ["工具呢"]
    # An entry that was not among the offered ones belongs to no question.
    other = await booth.answer(about=About("", "answered", "zhishu/overview"), pressed="e:2")
    assert rows(await booth.press(other, "没用")) == [["看相近的"]]


async def test_after_a_restart_a_press_still_counts(booth: Booth) -> None:
    reply = await booth.answer()
    after = await booth.press(reply, "没用")
    assert after is not None
    booth.restart()
    said = await booth.press(reply, "没用")
    assert said == Reply("", toast="谢谢，记下了。想转给管理员，请把问题再发一次。")
    assert (await booth.votes())[What.USELESS] == 1
    told = await booth.press(after, "告诉管理员")
    assert told is not None
    assert (told.text, told.toast[:9]) == ("", "当时的问题没有留着")
    assert booth.inbox.told == []
    near = await booth.press(after, "看相近的")
    assert near is not None
    assert near.text == "相近的有下面几条，点一下就看。"
    assert all(button.data.startswith("e:") for row in near.buttons for button in row)
    # An old 返回 has nothing to go back to.
    old = booth.said("7", pressed=f"feedback:b:{token(REF)}:gone")
    assert await booth.feedback.handle(Turn(old)) is None


async def test_the_question_is_kept_an_hour_and_for_its_member_alone(booth: Booth) -> None:
    after = await booth.press(await booth.answer(), "没用")
    assert after is not None
    stranger = await booth.press(after, "告诉管理员", "8")
    assert stranger is not None
    assert booth.inbox.told == []
    booth.clock.forward(RECENT.total_seconds() + 1)
    await booth.press(after, "告诉管理员")
    assert booth.inbox.told == []


async def test_old_questions_go_though_nobody_asks_again(booth: Booth) -> None:
    await booth.answer()
    await booth.answer("8", about=About("工具呢", "asked back", "", (REF,)))
    seen: list[datetime] = []
    fading = Fading(booth.clock, booth.feedback.fade, None, seen.append)
    assert await fading.step() <= 60
    assert "铁锹去哪领" in repr([*booth.feedback._recent._all()])
    booth.clock.forward(RECENT.total_seconds() + 1)
    await fading.step()
    assert [*booth.feedback._recent._all()] == []
    assert seen[-1] == booth.clock()


async def test_only_so_many_answers_are_kept(booth: Booth) -> None:
    first = await booth.press(await booth.answer("1"), "没用", "1")
    assert first is not None
    for member in range(RECENT_MAX):
        await booth.answer(f"9{member}")
    await booth.press(first, "告诉管理员", "1")
    assert booth.inbox.told == []
    assert len(booth.feedback._recent._answers) == RECENT_MAX
    assert len(booth.feedback._recent._offered) <= RECENT_MAX


async def test_what_is_kept_is_told_and_forgotten(booth: Booth) -> None:
    after = await booth.press(await booth.answer(), "没用")
    await booth.answer(about=About("工具呢", "asked back", "", (REF,)))
    await booth.answer("8", about=about("别人问的"))
    await booth.answer("7", GROUP, about=about("群里问的"))
    [kept] = await booth.feedback.kept("telegram", "7")
    assert sorted(kept.rows) == ["工具呢", "铁锹去哪领"]
    assert "不写进数据库" in kept.until
    await booth.feedback.forget("telegram", "7")
    assert await booth.feedback.kept("telegram", "7") == ()
    assert after is not None
    await booth.press(after, "告诉管理员")
    assert booth.inbox.told == []
    assert len(await booth.feedback.kept("telegram", "8")) == 1


async def test_groups_get_no_more_than_the_vote(booth: Booth) -> None:
    for act in ("s", "b", "t", "x"):
        pressed = booth.said("7", GROUP, pressed=f"feedback:{act}:{token(REF)}:abc")
        assert await booth.feedback.handle(Turn(pressed)) is None


@pytest.mark.parametrize(
    "data", ["feedback:", "feedback:y", "feedback:y:000000000000", "feedback:t::"]
)
async def test_odd_presses_do_nothing(booth: Booth, data: str) -> None:
    said = await booth.feedback.handle(Turn(booth.said("7", pressed=data)))
    assert said == Reply("", toast="这一条已经更新过。请再问一次，看新的答案。")
    assert await booth.counts() == {}


def test_near_entries_are_there_and_others_than_the_answered(booth: Booth) -> None:
    library = booth.library
    found = nearest(library, REF, ["gone/entry", REF, "theme-yizhan/overview"])
    assert found[0] == "theme-yizhan/overview"
    assert REF not in found
    assert "gone/entry" not in found
    assert len(found) == len(set(found)) == 4
    assert found[-1].startswith("zhishu/")
    assert nearest(library, "gone/entry", []) == []
