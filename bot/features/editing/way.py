"""The way through a change: which step comes next, which came before, and what it looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.features.editing import words
from bot.features.editing.choosing import CHOOSING
from bot.features.editing.model import Act, Body, Draft
from bot.features.editing.shelf import Shelf, clipped, token
from bot.features.editing.steps import Step
from bot.features.editing.typed import TYPED
from bot.knowledge.limits import plain, slip
from bot.messages import Button, Reply

STEPS: Mapping[str, Step] = {step.name: step for step in (*CHOOSING, *TYPED)}
ORDER: Mapping[Act, tuple[str, ...]] = {
    Act.PHRASING: ("wording", "target"),
    Act.SECTION: (
        "topic", "kind", "title", "wording", "answer", "place", "source", "source_title", "dated",
    ),
    Act.NOT_COVERED: ("words", "say", "where"),
    Act.AMBIGUOUS: ("words", "chosen"),
    Act.ANSWER: ("answer",),
    Act.TITLE: ("title",),
    Act.UNTIL: ("until",),
    Act.UNASK: ("phrase",),
    Act.REMOVE: (),
    Act.FIND: ("ref",),
}  # fmt: skip
PAGE = 6


def started(body: Body, act: Act) -> Body:
    """A draft at the first step of an act; a question that fits is the phrasing."""
    asked = plain(body.question)
    body = Body(
        act, "", body.question, body.question_id, body.near,
        ref="" if act is Act.FIND else body.ref,
        wording=asked if asked and not slip("phrase", asked) else "",
    )  # fmt: skip
    return following(body)


def following(body: Body) -> Body:
    """Go to the first step that is not answered; after the last there is the preview."""
    if body.act == Act.FIND and body.ref:
        return Body("", "card", "", "", body.near, ref=body.ref)
    here = replace(body, step="")
    for name in ORDER[Act(body.act)]:
        step = STEPS[name]
        if step.needed(here) and not step.done(here):
            turned = body.step == name
            return replace(body, step=name) if turned else replace(body, step=name, seek="", page=0)
    return replace(body, step="preview", seek="", page=0)


def asked(body: Body) -> list[str]:
    """The steps that an act has, in their order."""
    return [name for name in ORDER[Act(body.act)] if STEPS[name].needed(body)] if body.act else []


def before(body: Body) -> str | None:
    """The step to go back to; None: the card."""
    if not body.act:
        return None
    names = asked(body)
    if body.step not in names:
        return names[-1] if names else None
    at = names.index(body.step)
    return names[at - 1] if at else None


def screen(draft: Draft, step: Step, shelf: Shelf) -> Reply:
    """A step with its options, a page at a time."""
    options = step.options(draft.body, shelf)
    last = max(0, (len(options) - 1) // PAGE)
    page = min(max(draft.body.page, 0), last)
    shown = options[page * PAGE : (page + 1) * PAGE]
    rows: list[tuple[Button, ...]] = [
        (Button(clipped(one.label), words.data("s", draft, token(one.key))),) for one in shown
    ]
    turns: list[Button] = []
    if page > 0:
        turns.append(Button("上一页", words.data("p", draft, str(page - 1))))
    if page < last:
        turns.append(Button("下一页", words.data("p", draft, str(page + 1))))
    if turns:
        rows.append(tuple(turns))
    return Reply(step.text(draft.body, shelf), (*rows, words.foot(draft)))
