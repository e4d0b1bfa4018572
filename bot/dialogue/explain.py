"""Why the desk decided as it did, for people: ``--explain``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.matching.match import PARTS, WEIGHTS, Candidate

if TYPE_CHECKING:
    from bot.dialogue.engine import Desk
    from bot.dialogue.outcome import Outcome

CANDIDATES_MAX = 3
_BONUS_WORDS = {
    "topic": "提到主题",
    "place": "提到地名",
    "other place": "是别的地方",
    "other owner": "提到的主题在别的地方",
    "home": "本地",
    "person": "提到人名",
    "other person": "没写到提到的人",
    "carried": "接着上一句",
    "neighbour": "和提到的主题同一地方",
    "person's topic": "提到的人在这个主题里",
    "carried place": "和上一句同一地方",
    "not carried": "和上一句不是一个地方",
    "facet": "要问的东西这一节里没有",
    "carried entry": "上一句已答过",
    "date": "日期相符",
    "theme": "不限地方的主题",
    "overview": "概况让一让",
}


_MENDS = {
    "score": "在该答的那一节加一句这样的问法，或给主题加别名、在 thesaurus.yaml 加说法；"
    "资料里真没有的，加进 not_covered。",
    "nothing": "在该答的那一节加一句这样的问法。",
    "not_covered": "该答却挡住了，就把这个词从 not_covered 里删掉或写得更长，"
    "也可以在 unless 里加一个词。",
    "ambiguous": "不该让人选，就在这个词的 unless 里加一个词；说出地名也能定下来。",
    "bare word": "说得再多几个字就能定下来；常有人这样问，就加一句问法。",
    "several places": "说出地名就能定下来；这样问其实只指一处，就给那一节加上这句问法。",
    "contradiction": "资料里确实有，就把这个年份、名次或职务写进那一节的答案。",
    "facet": "资料里确实有，就写进那一节的答案；没有，这样答是对的。",
    "unsaid": "资料里确实有，就在该答的那一节加一句这样的问法；没有，这样答是对的。",
    "foreign place": "是资料里的地方，就把这个叫法加进主题的别名。",
    "elsewhere": "这个地方也有这件事，就在它的文件里写上。",
}
"""What an editor can change when a rule decided wrongly."""


def explain(desk: Desk, outcome: Outcome) -> str:
    """Several lines: the question as read, what was recognised, the scores, what decided."""
    lines = ["——为什么这样答——"]
    decision = outcome.decision
    if outcome.slots:
        spans = "；".join(f"{s.text} = {s.first} 至 {s.last}" for s in outcome.slots)
        lines.append(f"时间：{spans}")
    if decision is None:
        lines.append(f"规则：{outcome.rule}")
        return "\n".join(lines)
    lines.append(f"问话：{decision.question}")
    mentions = decision.mentions
    for label, words in (
        ("主题", [f"{t}（“{w}”）" for t, w in mentions.words.items()]),
        ("地名", sorted(mentions.places)),
        ("人名", sorted(mentions.people)),
        ("别处地名", [mentions.foreign] if mentions.foreign else []),
    ):
        if words:
            lines.append(f"{label}：" + "、".join(words))
    for number, candidate in enumerate(decision.candidates[:CANDIDATES_MAX], 1):
        lines.extend(_candidate(desk, number, candidate, decision.bonus(candidate)))
    lines.append(f"决定：{outcome.status}，{decision.reason}（规则 {decision.rule}）")
    mend = _MENDS.get(decision.rule)
    if mend:
        lines.append(f"要是不对：{mend}")
    return "\n".join(lines)


def _candidate(
    desk: Desk, number: int, candidate: Candidate, bonus: Mapping[str, float]
) -> list[str]:
    """One candidate with every part of its score."""
    entry = desk.matcher.entries[candidate.number]
    file, line = desk.library.places.get(entry.ref, ("", 0))
    lines = [f"候选 {number}：{entry.ref}（{file}:{line}）得分 {candidate.score:.2f}"]
    for name, value in candidate.parts.items():
        if name != "bonus":
            share = WEIGHTS[name] * value
            lines.append(f"    {share:+.2f} = {WEIGHTS[name]} × {value:.2f} {PARTS[name]}")
    for name, value in bonus.items():
        lines.append(f"    {value:+.2f} {_BONUS_WORDS.get(name, name)}")
    if candidate.nearest:
        lines.append(f"    最近的问法：{candidate.nearest}")
    return lines
