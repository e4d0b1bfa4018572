from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.channels.telegram.formatting import as_html, escaped, kept_spans, spans_of
from bot.channels.telegram.outgoing import CAPTION_UNITS_MAX, parts, units
from bot.messages import Attachment, Button, Reply, Span, SpanKind
from tests.bot_api.markup import parse_html

PHOTO = Attachment("photo", "海报.png", file_id="a")
FILE = Attachment("document", "通知.pdf", data=b"1")
KINDS: tuple[SpanKind, ...] = (
    "bold", "italic", "underline", "strikethrough", "code", "link", "spoiler", "quote",
)  # fmt: skip


def test_escaping() -> None:
    assert escaped("<b>1 & 2</b> \"引\" '号'") == "&lt;b&gt;1 &amp; 2&lt;/b&gt; \"引\" '号'"


def test_marks_become_tags() -> None:
    text = "党费<每月>交"
    spans = (Span(0, 2, "bold"), Span(0, 6, "italic"), Span(6, 7, "link", 'https://a.cn/?"'))
    made = as_html(text, spans)
    assert made == ('<i><b>党费</b>&lt;每月&gt;</i><a href="https://a.cn/?&quot;">交</a>')


def test_marks_that_cross_are_closed_and_opened_again() -> None:
    made = as_html("一二三", (Span(0, 2, "bold"), Span(1, 3, "italic")))
    assert made == "<b>一<i>二</i></b><i>三</i>"


def test_what_telegram_refuses_is_left_out() -> None:
    assert as_html("一二", (Span(0, 2, "link", "javascript:1"),)) == "一二"
    assert as_html("一二", (Span(0, 2, "code"), Span(0, 1, "bold"))) == "<code>一二</code>"
    assert as_html("一二", (Span(0, 2, "quote"), Span(0, 1, "quote"))) == (
        "<blockquote>一二</blockquote>"
    )
    assert as_html("一二", (Span(0, -1, "bold"), Span(2, 1, "bold"))) == "一二"
    assert as_html("一 二", (Span(1, 2, "bold"), Span(5, 9, "bold"))) == "一 二"


@given(
    st.text(alphabet="党<&> 🚩\n", min_size=1, max_size=12),
    st.lists(
        st.builds(Span, st.integers(-2, 14), st.integers(-2, 14), st.sampled_from(KINDS),
                  st.just("https://a.cn/")),
        max_size=6,
    ),
)  # fmt: skip
def test_any_marks_make_html_that_the_platform_takes(text: str, spans: list[Span]) -> None:
    read, entities = parse_html(as_html(text, spans))
    assert read == text
    quotes = [entity for entity in entities if entity["type"] == "blockquote"]
    ends = 0
    for entity in quotes:
        assert entity["offset"] >= ends, "no quote in a quote"
        ends = entity["offset"] + entity["length"]


def test_marks_come_in_as_python_positions() -> None:
    text = "🚩🚩重要 见"
    marks = [
        MessageEntity(MessageEntity.BOLD, 4, 2),
        MessageEntity(MessageEntity.TEXT_LINK, 7, 1, url="https://a.cn"),
        MessageEntity(MessageEntity.HASHTAG, 0, 2),
    ]
    assert spans_of(text, marks) == (Span(2, 4, "bold"), Span(5, 6, "link", "https://a.cn"))


def test_marks_after_a_lost_beginning_stay() -> None:
    spans = (Span(0, 3, "bold"), Span(6, 8, "italic"))
    assert kept_spans(spans, "@台子  党课八点 ", "党课八点") == (Span(1, 3, "italic"),)
    assert kept_spans(spans, "甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚辛") == spans


def test_a_short_text_goes_under_the_picture() -> None:
    buttons = ((Button("收到", "n:1"),),)
    (only,) = parts(Reply(" 七一党课", buttons, (Span(1, 3, "bold"),), (PHOTO,)))
    assert only == Reply("七一党课", buttons, (Span(0, 2, "bold"),), (PHOTO,))
    first, second = parts(Reply("看附件", buttons, (), (PHOTO, FILE)))
    assert first == Reply("", attachments=(PHOTO,))
    assert (second.text, second.attachments, second.buttons) == ("看附件", (FILE,), buttons)
    assert parts(Reply("", attachments=(FILE,))) == (Reply("", attachments=(FILE,)),)


def test_a_caption_is_measured_in_utf16_units() -> None:
    fits = "🚩" * (CAPTION_UNITS_MAX // 2)
    assert len(parts(Reply(fits, attachments=(PHOTO,)))) == 1
    first, second = parts(Reply(fits + "一", attachments=(PHOTO,)))
    assert (first.text, first.attachments) == ("", (PHOTO,))
    assert (second.text, second.attachments) == (fits + "一", ())


def test_marks_follow_their_words_into_the_parts() -> None:
    text = "甲" * 4000 + "\n\n" + "乙" * 4000
    first, second = parts(Reply(text, spans=(Span(3990, 4012, "bold"),)))
    assert first.spans == (Span(3990, 4000, "bold"),)
    assert second.spans == (Span(0, 10, "bold"),)
    assert units(first.text) == units(second.text) == 4000


def test_marks_follow_their_words_when_odd_characters_go() -> None:
    (only,) = parts(Reply("\x00党\x07课", spans=(Span(3, 4, "bold"),)))
    assert (only.text, only.spans) == ("党课", (Span(1, 2, "bold"),))
