"""What the texts alone show: odd characters, numbers, links and days that cannot be right.

Everything here is a warning: the files can be used, but an editor would want to know. What has one
right form and no other is offered as a fix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date

from bot.knowledge.check import Files, impossible
from bot.knowledge.findings import Finding, texts, warning
from bot.knowledge.library import Library
from bot.knowledge.lint_closed import leaks
from bot.knowledge.problems import Path
from bot.text.normalise import simplified

SOON_DAYS = 14
_SPOKEN = frozenset({"answer", "say"})
"""What is read out to members."""
_AS_HEARD = frozenset({"ask", "words", "unless", "aliases"})
"""What members say; slips may stand there on purpose."""
_MACHINE = frozenset({"id", "source", "see", "choices", "expect", "valid_from", "valid_to", "now"})

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_WIDE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05\u00a0\u2f00-\u2fdf\uf900-\ufaff]"
)
_ROUND = re.compile(r"(?<=[一二三四五六七八九])[○Oo0](?=[一二三四五六七八九○Oo0年])")
_LETTER_O = re.compile(r"(?<=\d)[OoОо](?=[\d年月日号])")
_LETTER_L = re.compile(r"(?<=\d)[lI|](?=\d)|(?<=[年月])[lI](?=[\d月日号])")
_FOREIGN = str.maketrans("АВЕКМНОРСТХаеорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXaeopcyxABEZHIKMNOPTYXo")
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_SUSPECT = re.compile(
    "[\u00a0\u00ad\u0370-\u04ff\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2f00-\u2fdf\uf900-\ufaff\ufeff"
    "\uff05\uff10-\uff19\uff21-\uff3a\uff41-\uff5a○OolI|己巳]|自已"
)
"""Without one of these only traditional characters can be amiss: most texts end here."""
_SLIPS = {"己经": "已经", "巳经": "已经", "自已": "自己", "自巳": "自己", "己有": "已有"}


def lint(files: Files, library: Library | None, today: date) -> list[Finding]:
    """Everything that the texts show, in the order of the files."""
    found: list[Finding] = []
    for document, path, text in texts(files):
        keys = {step for step in path if isinstance(step, str)}
        if keys & _MACHINE:
            continue
        line = document.line(path)
        for check in _CHECKS:
            for what, hint, code, fixed in check(text, path):
                problem = warning(document.file, line, what, hint, code)
                found.append(Finding(problem, path, fixed))
    if library is not None:
        found += _expired(library, today)
        found += _untested(library)
        found += leaks(files, library)
    return sorted(found, key=lambda finding: finding.problem)


_Said = tuple[str, str, str, str | None]
"""(what, hint, code, fixed)."""


def _last_key(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _characters(text: str, path: Path) -> Iterator[_Said]:
    """Characters that look right and are not; one finding a text, its fix mends them all."""
    if _SUSPECT.search(text) is None and _simple(text) == text:
        return
    fixed, seen = text, []
    for name, change in (*_SWAPS, *(() if _last_key(path) in _AS_HEARD else _WORD_SWAPS)):
        changed = change(fixed)
        if changed != fixed:
            seen.append(f"{name}{_difference(fixed, changed)}")
            fixed = changed
    if seen:
        code = "traditional" if seen[0].startswith("繁体字") else "lookalike"
        yield (
            f"有{'、'.join(seen)}：“{_around(text, fixed)}”",
            "运行 dangbot check --fix 自动改",
            code,
            fixed,
        )
    elif _OTHER_SCRIPT.search(text):
        odd = "".join(dict.fromkeys(_OTHER_SCRIPT.findall(text)))
        yield f"有希腊或俄文字母“{odd}”", "像英文字母却不是，删掉重打一遍", "lookalike", None


def _half_width(text: str) -> str:
    return _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _latin(text: str) -> str:
    mapped = text.translate(_FOREIGN)
    return text if _OTHER_SCRIPT.search(mapped) else mapped


def _digits(text: str) -> str:
    return _LETTER_L.sub("1", _LETTER_O.sub("0", text))


def _simple(text: str) -> str:
    """Only what lies outside the set of simplified writing is turned: 乾 in 乾隆 stays."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return "".join(map(_simple_char, text))
    return text


def _simple_char(char: str) -> str:
    return simplified(char) if "\u3400" <= char <= "\u9fff" else char


def _words(text: str) -> str:
    for wrong, right in _SLIPS.items():
        text = text.replace(wrong, right)
    return text


_SWAPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("繁体字", _simple),
    ("看不见的字符", lambda text: _INVISIBLE.sub("", text)),
    ("全角或异体字符", _half_width),
    ("形近的圈", lambda text: _ROUND.sub("〇", text)),
    ("外文字母", _latin),
    ("字母当数字", _digits),
)
_WORD_SWAPS: tuple[tuple[str, Callable[[str], str]], ...] = (("形近字", _words),)


def _difference(old: str, new: str) -> str:
    """The characters that change, as far as they can be seen."""
    if len(old) != len(new):
        return ""
    pairs = dict.fromkeys(f"{a}→{b}" for a, b in zip(old, new, strict=True) if a != b)
    return "（" + "、".join(list(pairs)[:4]) + "）"


def _around(old: str, new: str) -> str:
    """A few characters of the text where it changes first."""
    at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return old[max(0, at - 4) : at + 8].replace("\n", " ").strip()


# --- numbers and links ---------------------------------------------------------------------------

_RUN = re.compile(r"(?<![\d.A-Za-z-])\+?\d[\d \-—－]{4,20}\d(?![\d.]*\d)")
_YEARS = re.compile(r"(?:19|20)\d\d\D{1,3}(?:19|20)\d\d|\d{4}-\d{1,2}-\d{1,2}")
_PHONE_WORD = re.compile(r"电话|手机|热线|联系|拨打|致电|传真|打给|号码")
_PHONE_CHARS = 14
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ALMOST_MOBILE = re.compile(r"1[3-9]\d{8,10}")
_LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}|1\d{4}|9\d{4,7}|1[12]\d")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]")


def _numbers(text: str, path: Path) -> Iterator[_Said]:
    if _last_key(path) not in _SPOKEN:
        return
    for number in _IDENTITY.findall(text):
        yield f"像身份证号：“{number[:6]}…”", "资料里不要写个人证件号，删掉", "identity", None
    for found in _RUN.finditer(text):
        if _YEARS.search(found[0]) or _IDENTITY.search(found[0]):
            continue
        digits = re.sub(r"\D", "", found[0]).removeprefix("86" if "+" in found[0] else "")
        spoken = _PHONE_WORD.search(text[max(0, found.start() - _PHONE_CHARS) : found.start()])
        wrong = _phone_fault(digits) if spoken or _ALMOST_MOBILE.fullmatch(digits) else ""
        if wrong:
            hint = "手机 11 位；座机写区号，如 0537-1234567；核对以后再写"
            yield f"电话“{found[0]}”{wrong}", hint, "phone", None


def _phone_fault(digits: str) -> str:
    for form in (_MOBILE, _LANDLINE, _SERVICE):
        if form.fullmatch(digits):
            return ""
    if len(digits) in {7, 8}:
        return "缺区号"
    if digits.startswith("1"):
        return f"是 {len(digits)} 位，手机号应是 11 位" if len(digits) != 11 else "不像手机号"
    return "不像电话号码"


_LINK = re.compile(r"(?i)(?:https?[:：/]|www[.。．])[^\s\u4e00-\u9fff，；、）)》”]*")
_SOUND_LINK = re.compile(r"(?i)https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:[/?#][!-~]*)?")


def _links(text: str, path: Path) -> Iterator[_Said]:
    if _last_key(path) not in _SPOKEN:
        return
    fixed = text
    for found in _LINK.findall(text):
        if _SOUND_LINK.fullmatch(found):
            continue
        right = re.sub("[：]", ":", found).replace("．", ".").replace("。", ".").rstrip(".")
        right = re.sub(r"(?i)^(https?):?/{1,3}", r"\1://", right)
        if re.match(r"(?i)www\.", right):
            right = f"https://{right}"
        if _SOUND_LINK.fullmatch(right):
            tail = "。" if found.endswith("。") else ""
            fixed = fixed.replace(found, right + tail)
            if right + tail == found:
                continue
            what = f"网址“{found.rstrip('。')}”写法不对"
            yield what, f"应是 {right}；运行 dangbot check --fix 自动改", "link", fixed
        else:
            yield f"网址“{found}”写法不对", "从浏览器地址栏整条复制过来", "link", None


# --- days ----------------------------------------------------------------------------------------

_DATED = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日[，,]?[（(]?(?:星期|周)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"
_RELATIVE = re.compile(
    r"今天|明天|后天|昨天|前天|本周[一二三四五六日]?|[这上下]个?周[一二三四五六日]?|[这上下]个月"
)


def _days(text: str, path: Path) -> Iterator[_Said]:
    if _last_key(path) not in _SPOKEN:
        return
    if impossible(text):
        yield "写到的日期不成立", "核对月份和日子", "day", None
    for year, month, day, weekday in _DATED.findall(text):
        try:
            real = _WEEKDAYS[date(int(year), int(month), int(day)).weekday()]
        except ValueError:
            continue
        if real != weekday.replace("天", "日"):
            what = f"{year}年{month}月{day}日是星期{real}，写成了星期{weekday}"
            yield what, "核对日期和星期", "day", None
    lasting = "sections" in path or "overview" in path
    for word in dict.fromkeys(_RELATIVE.findall(text) if lasting else ()):
        yield f"“{word}”过几天就不对了", "写成几月几日，或写上 valid_to", "relative", None


_CHECKS = (_characters, _numbers, _links, _days)


def _expired(library: Library, today: date) -> Iterator[Finding]:
    """Sections whose time is over, or will be soon."""
    for entry in library.entries():
        if entry.valid_to is None:
            continue
        left = (entry.valid_to - today).days
        if left > SOON_DAYS:
            continue
        file, line = library.places.get(entry.ref, ("", 1))
        if left < 0:
            what = f"“{entry.title}”{entry.valid_to} 已过期，回答时会注明“截至”"
        else:
            what = f"“{entry.title}”还有 {left} 天过期（{entry.valid_to}）"
        hint = "核对以后改答案和 valid_to；不再需要就删掉这一节"
        yield Finding(warning(file, line, what, hint, "expired"))


def _untested(library: Library) -> Iterator[Finding]:
    tested = {test.file for test in library.tests}
    for topic in library.topics.values():
        file, line = library.places.get(topic.id, ("", 1))
        if file not in tested:
            what = f"主题“{topic.title}”没有试问（tests）"
            hint = "加两三句：常问的该答哪一节，不该答的写 不答"
            yield Finding(warning(file, line, what, hint, "untested"))
