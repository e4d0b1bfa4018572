"""HTML becomes text and entities; what the platform refuses is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot_api.entities import find, piece, trim, units, well_formed
from tests.bot_api.errors import ApiError
from tests.bot_api.markup import parse_html


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>党费</b>", "党费", [("bold", 0, 2)]),
        ("😀<i>一</i>", "😀一", [("italic", 2, 1)]),
        ("<b>a<u>b</u></b>", "ab", [("bold", 0, 2), ("underline", 1, 1)]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
        ("<code><b>x</b></code>", "x", [("code", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ("1 &lt; 2 &amp; 3 &gt; 2 &quot;&#20826;&#x515A;", '1 < 2 & 3 > 2 "党党', []),
        ("a &nbsp; b & c", "a &nbsp; b & c", []),
        ("<b></b>x", "x", []),
        ("<STRONG>x</Strong>", "x", [("bold", 0, 1)]),
    ],
)
def test_html_becomes_entities(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = parse_html(html)
    assert plain == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_links_and_languages() -> None:
    _, (link,) = parse_html('<a href="https://example.org/?a=1&amp;b=2">x</a>')
    assert link["url"] == "https://example.org/?a=1&b=2"
    _, (mention,) = parse_html("<a href='tg://user?id=7'>x</a>")
    assert (mention["type"], mention["user"]) == ("text_mention", {"id": 7})
    _, (block,) = parse_html('<pre><code class="language-yaml">x</code></pre>')
    assert (block["type"], block["language"]) == ("pre", "yaml")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
        ("党<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a<", "Unclosed start tag at byte offset 1"),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset"),
    ],
)
def test_bad_html_is_refused(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert caught.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


@given(st.text(max_size=60))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{escaped}</b>")[0] == text


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<pre>", "</pre>", "😀", "党"])))
def test_whatever_is_accepted_is_well_formed(parts: list[str]) -> None:
    try:
        text, entities = parse_html("".join(parts))
    except ApiError:
        return
    assert well_formed(text, entities)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("@desk_bot 你好", [("mention", "@desk_bot")]),
        ("😀 @desk_bot", [("mention", "@desk_bot")]),
        ("请问@desk_bot 党课", []),
        ("@desk_bot党课", []),
        ("请问，@desk_bot，党课", [("mention", "@desk_bot")]),
        ("mail a@desk_bot", []),
        ("/help", [("bot_command", "/help")]),
        ("/help@desk_bot 党课", [("bot_command", "/help@desk_bot")]),
        ("/help帮助", []),
        ("a/b", []),
        ("见 https://example.org/a_b。", [("url", "https://example.org/a_b")]),
        ("#七一 到了", [("hashtag", "#七一")]),
    ],
)
def test_entities_are_found_as_the_platform_finds_them(
    text: str, seen: list[tuple[str, str]]
) -> None:
    assert [(e["type"], piece(text, e)) for e in find(text)] == seen


def test_trimming_moves_and_clips_entities() -> None:
    text, entities = trim("  党费  ", [{"type": "bold", "offset": 0, "length": 6}])
    assert (text, entities) == ("党费", [{"type": "bold", "offset": 0, "length": 2}])
    assert units("😀党") == 3
