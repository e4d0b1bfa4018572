"""The figures of a ranker, checked by hand."""

from __future__ import annotations

from bot.matching.bench import OUT_OF_SCOPE, figures, our_ranker

KNOWLEDGE = [("打开空调", "冷"), ("把空调开一下", "冷"), ("放首歌", "歌"), ("来点音乐", "歌")]


def test_figures_by_hand() -> None:
    answers = {
        "一": [("甲", 0.9), ("乙", 0.1)],
        "二": [("乙", 0.4), ("甲", 0.3)],
        "三": [("甲", 0.5)],
        "外": [("甲", 0.45)],
        "空": [],
    }
    asked = [("一", "甲"), ("二", "甲"), ("三", "乙"), ("外", OUT_OF_SCOPE), ("空", OUT_OF_SCOPE)]
    found = figures(answers.__getitem__, asked)
    assert found["top1"] == 33.33
    assert found["top3"] == 66.67
    assert found["acc@90rej"] == 33.33
    assert found["auroc"] == round((2 + 1 + 2) / 6, 4)
    assert found["us_per_query"] > 0


def test_without_questions_out_of_scope() -> None:
    found = figures(lambda _: [("甲", 1.0)], [("一", "甲")])
    assert set(found) == {"top1", "top3", "us_per_query"}


def test_nothing_in_scope() -> None:
    found = figures(lambda _: [("甲", 1.0)], [("一", OUT_OF_SCOPE)])
    assert (found["top1"], found["auroc"]) == (0.0, 0.0)


def test_ours_finds_the_label() -> None:
    ranker = our_ranker(KNOWLEDGE)
    assert ranker("空调打开")[0][0] == "冷"
    assert ranker("想听音乐")[0][0] == "歌"
    assert ranker("？！") == []
