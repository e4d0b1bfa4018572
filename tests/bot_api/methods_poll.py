"""Polls: sending one, and counting a vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import checks
from . import entities as found
from .errors import Json, bad_request
from .methods import Done, Method
from .methods_send import put

if TYPE_CHECKING:
    from .params import Params
    from .world import World

QUESTION_UNITS = 300
OPTION_UNITS = 100
EXPLANATION_UNITS = 200
OPTIONS_MAX = 12


def send_poll(world: World, params: Params) -> Done:
    chat = world.open_chat(params.chat_id)
    world.can_send(chat, "polls")
    question, entities = checks.formatted(
        world, params, "question", mode="question_parse_mode", given="question_entities"
    )
    if not question:
        raise bad_request("poll question must be non-empty")
    if found.units(question) > QUESTION_UNITS:
        raise bad_request(f"poll question length must not exceed {QUESTION_UNITS}")
    options = [_option(index, item) for index, item in enumerate(params.get("options"))]
    if not 1 <= len(options) <= OPTIONS_MAX:
        raise bad_request(f"poll can't have more than {OPTIONS_MAX} options")
    kind = params.text("type", "regular")
    if kind not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    poll: Json = {
        "id": str(6_000_000_000 + world.serial()),
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": params.flag("is_closed"),
        "is_anonymous": params.flag("is_anonymous", default=True),
        "type": kind,
        "allows_multiple_answers": params.flag("allows_multiple_answers"),
        "allows_revoting": params.flag("allows_revoting", default=kind == "regular"),
        "members_only": params.flag("members_only"),
    }
    if entities:
        poll["question_entities"] = entities
    if chat.type == "channel" and not poll["is_anonymous"]:
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    poll |= _quiz(world, params, len(options)) if kind == "quiz" else {}
    for name in ("open_period", "close_date"):
        if params.integer(name) is not None:
            poll[name] = params.integer(name)
    message = put(world, params, chat, {"poll": poll})
    return Done(message.to_json(), message)


def _option(index: int, item: object) -> Json:
    text = item if isinstance(item, str) else item.get("text") if isinstance(item, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("poll options must be non-empty")
    if found.units(text) > OPTION_UNITS:
        raise bad_request(f"poll options length must not exceed {OPTION_UNITS}")
    return {"persistent_id": str(index), "text": text.strip(), "voter_count": 0}


def _quiz(world: World, params: Params, count: int) -> Json:
    single = params.integer("correct_option_id")
    correct = params.get("correct_option_ids") or ([single] if single is not None else [])
    if not correct:
        raise bad_request('parameter "correct_option_ids" is required')
    if not all(isinstance(i, int) and 0 <= i < count for i in correct):
        raise bad_request("wrong correct option ID specified")
    explanation, entities = checks.formatted(
        world, params, "explanation", mode="explanation_parse_mode", given="explanation_entities"
    )
    if found.units(explanation) > EXPLANATION_UNITS:
        raise bad_request("explanation is too long")
    quiz: Json = {"correct_option_ids": correct}
    if explanation:
        quiz |= {"explanation": explanation, "explanation_entities": entities}
    return quiz


METHODS = {
    "sendPoll": Method(
        send_poll,
        "chat_id question options",
        "business_connection_id chat_id message_thread_id question question_parse_mode "
        "question_entities options is_anonymous type allows_multiple_answers allows_revoting "
        "shuffle_options allow_adding_options hide_results_until_closes members_only "
        "country_codes correct_option_ids correct_option_id explanation explanation_parse_mode "
        "explanation_entities explanation_media open_period close_date is_closed description "
        "description_parse_mode description_entities media disable_notification protect_content "
        "allow_paid_broadcast message_effect_id reply_parameters reply_markup "
        "reply_to_message_id allow_sending_without_reply",
    ),
}
