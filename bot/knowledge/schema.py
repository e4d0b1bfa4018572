"""The models of the knowledge files: what an editor may write, and nothing else.

Every model forbids unknown keys, so that a misspelt key is an error with a place and not a
silent loss. ``dangbot schema`` prints the JSON Schema of these models for editors.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

UNKNOWN = "未定"
"""The value of a date that the source does not give."""

KINDS = ("activities", "services", "contacts", "practices", "calendar")
"""The folders of topics; a topic's kind is the folder it lies in."""

Kind = Literal["activities", "services", "contacts", "practices", "calendar"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Ref = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?$", max_length=121)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
Form = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=2,
        max_length=1_000,
        pattern=r"^[^（）()]*([（(][^（）()]*[）)][^（）()]*)*$",
    ),
]
"""A phrase with alternatives in brackets, none inside another."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=320)]
When = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

ASKS_MAX = 100
"""Far more than anybody writes at once: there is always room for the next mend."""

REFUSE = "不答"
CLARIFY = "让人选"
AGENDA = "日历"
"""What a test may expect instead of a section."""
Expected = Annotated[
    str,
    StringConstraints(
        pattern=rf"^({REFUSE}|{CLARIFY}|{AGENDA}|[a-z0-9-]+(/[a-z0-9-]+)?)$", max_length=121
    ),
]

_DAY = re.compile(r"(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*(?:-|/|\.|月)\s*(\d{1,2})\s*日?")


def _as_day(value: Any) -> Any:
    """2026-07-01, 2026/7/1 and 2026年7月1日 are one day; anything else is told with its place."""
    if isinstance(value, date):
        return value
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None:
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            found = None
    raise PydanticCustomError("day", "not a day")


Day = Annotated[date, BeforeValidator(_as_day)]

_YES = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}


def _as_yes(value: Any) -> Any:
    """是 and true are one; a slip must not open what was meant to be closed."""
    if isinstance(value, bool):
        return value
    found = _YES.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("yes", "neither yes nor no")
    return found


YesNo = Annotated[
    bool,
    BeforeValidator(_as_yes),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["是", "否"]}]}),
]

_MEMBERS_ONLY = "写 是，就只在私聊里说给登记过的党员；标题和问法仍看得到，别把内容写进去"
_PHONE_IN_GROUPS = "写 是，群里也念完整的电话；不写就把中间几位换成星号，办事热线不换"


class Strict(BaseModel):
    """Base of all models: frozen, unknown keys are errors."""

    # A kept library is not validated again: what that needs is made when files are read.
    # And words that were read are not kept beside those that the library holds.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, cache_strings="none")


class Place(Strict):
    """Where a topic holds; every level may be left out."""

    province: Word | None = Field(None, description="省、自治区、直辖市，如：山东省")
    city: Word | None = Field(None, description="市、州，如：济宁市")
    county: Word | None = Field(None, description="县、区、县级市，如：鱼台县")
    township: Word | None = Field(None, description="乡镇、街道，如：大中街道")
    village: Word | None = Field(None, description="村、社区，如：梨花村")

    def levels(self) -> tuple[str, ...]:
        """The names given, widest first."""
        names = (self.province, self.city, self.county, self.township, self.village)
        return tuple(name for name in names if name)

    def __str__(self) -> str:
        return "".join(self.levels())


class Person(Strict):
    """A public role named in a source."""

    name: Word = Field(description="姓名；资料里没有姓名的岗位写 未载")
    role: Line = Field(description="职务，如：镇平县委书记")
    area: Line | None = Field(None, description="负责的地方或片区")


class DateNote(Strict):
    """A date as the source gives it."""

    what: Line = Field(description="什么事")
    when: When = Field(description="原文怎么说就怎么写；没写的填 未定")


class Section(Strict):
    """One sentence's or paragraph's worth: how people ask, and the one answer."""

    id: Id = Field(description="节的编号，小写拼音或英文，同一文件内不重复")
    title: Line = Field(description="这一节讲什么，按钮上要用，最好不超过 20 字")
    ask: list[Phrase] = Field(
        min_length=1, max_length=ASKS_MAX, description="群众会怎么问，6 到 10 句，口语，各不相同"
    )
    answer: Answer = Field(description="60 到 160 字，先答所问，数字、姓名写全")
    valid_from: Day | None = Field(None, description="从哪天起有效，如：2026-07-01；一直有效就不写")
    valid_to: Day | None = Field(
        None, description="到哪天为止有效（含当天），如：2026-12-31；过了这天，回答会注明“截至”"
    )
    members_only: YesNo | None = Field(None, description=_MEMBERS_ONLY)
    phone_in_groups: YesNo | None = Field(None, description=_PHONE_IN_GROUPS)


class Overview(Strict):
    """The topic in one paragraph, for 'tell me about it' questions."""

    ask: list[Phrase] = Field(min_length=1, max_length=ASKS_MAX, description="问概况的说法")
    answer: Answer = Field(description="200 到 300 字，整件事的概况")
    valid_from: Day | None = Field(None, description="从哪天起有效，如：2026-07-01；一直有效就不写")
    valid_to: Day | None = Field(
        None, description="到哪天为止有效（含当天），如：2026-12-31；过了这天，回答会注明“截至”"
    )
    members_only: YesNo | None = Field(None, description=_MEMBERS_ONLY)
    phone_in_groups: YesNo | None = Field(None, description=_PHONE_IN_GROUPS)


class NotCovered(Strict):
    """Key words about which the sources say nothing, and what to say instead."""

    words: list[Word] = Field(min_length=1, description="问到这些词，就说明资料里没有")
    say: Answer = Field(description="怎么回答：资料里没有哪一条，可以问谁")
    unless: list[Word] = Field(
        default_factory=list, description="问话里同时有这些词时不算（避免误挡）"
    )


class NotGiven(NotCovered):
    """The same within one topic, where whole ways of asking may stand beside the words.

    A word is found letter by letter and refuses at once. A way of asking need only be near: it
    refuses when what was asked is more like it than like anything that a section answers.
    """

    words: list[Word] = Field(
        default_factory=list, description="问到这些词，就说明资料里没有；一字不差才算"
    )
    ask: list[Phrase] = Field(
        default_factory=list,
        max_length=ASKS_MAX,
        description="整句的问法，意思相近就算；words 和 ask 至少写一样",
    )

    @model_validator(mode="after")
    def _has_something(self) -> NotGiven:
        if not (self.words or self.ask):
            raise PydanticCustomError("neither", "neither words nor ask")
        return self


class Ambiguous(Strict):
    """A word that several topics own, and the choices to show for it."""

    words: list[Word] = Field(min_length=1, description="哪个词（或几种说法）有歧义")
    choices: list[Ref] = Field(
        min_length=2, max_length=5, description="可能指的内容：主题编号，或 主题编号/节编号"
    )
    unless: list[Word] = Field(default_factory=list, description="问话里同时有这些词时不算有歧义")


class Event(Strict):
    """Something that happens once, or again and again."""

    id: Id = Field(description="事项的编号，同一文件内不重复")
    title: Line = Field(description="什么事，哪里的事")
    when: When = Field(
        description="2020年7月1日、6月30日、2020年7月（只知道月份）、每月、每年、每月5日、农历五月初五、未定"
    )
    note: Line | None = Field(None, description="补充一句，如：具体日期未定")
    see: Ref | None = Field(None, description="详细内容在哪一节：主题编号/节编号")
    time: Word | None = Field(None, description="几点开始，如 15:00、下午三点半；没写的不填")
    duration: Word | None = Field(None, description="多长时间，如 2小时、90分钟；没写的不填")
    where: Line | None = Field(None, description="在哪里集合或举办；没写的不填")
    rrule: Line | None = Field(
        None, description="when 说不清的重复，照 RFC 5545 写，如 FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"
    )
    since: When | None = Field(None, description="重复的事从哪天起，如 2026年3月1日")
    until: When | None = Field(None, description="重复的事到哪天为止，如 2026年12月31日")
    skip: list[When] = Field(default_factory=list, description="重复的事哪几天不办，写到年月日")
    workday: Literal["顺延", "提前"] | None = Field(
        None, description="赶上休息日：顺延 到下一个工作日，或 提前 到上一个工作日"
    )
    remind: list[Word] = Field(
        default_factory=list,
        max_length=6,
        description="什么时候提醒：提前1天17:00、当天8:00、提前1小时；或 不提醒；不写照设置",
    )
    category: Word | None = Field(None, description="哪一类通知，如 会议通知；不写就是 活动预告")


class Trial(Strict):
    """A question that must lead where it says; run by ``dangbot check`` and before each reload."""

    ask: Phrase = Field(description="怎么问，写群众嘴里的话，不要照抄 ask 里的问法")
    expect: Expected = Field(
        description="该答哪一节：本文件的节编号，或 主题编号/节编号，概况写 overview；"
        "不该答写 不答，该让人选写 让人选，该翻日历写 日历"
    )
    now: Day | None = Field(None, description="当作哪一天问的，如：2020-07-01；不写就是今天")


class Topic(Strict):
    """One file under a kind's folder: one thing that people ask about."""

    id: Id = Field(description="主题编号，全部资料里不重复")
    title: Line = Field(description="主题名，最好不超过 24 字")
    aliases: list[Word] = Field(default_factory=list, description="别名、简称、俗称")
    place: Place | None = Field(None, description="哪里的事；不限地方就不写")
    source: Id | list[Id] = Field(description="出处编号，见 sources.yaml")
    people: list[Person] = Field(default_factory=list, description="资料里写到的公开职务")
    dates: list[DateNote] = Field(default_factory=list, description="原文写到的时间")
    members_only: YesNo = Field(
        default=False,
        description="写 是，整个主题只在私聊里说给登记过的党员，岗位和日历事项也不给别人看；"
        "某一节可以另写 否。标题和问法仍看得到，别把内容写进去",
    )
    phone_in_groups: YesNo = Field(
        default=False, description=f"整个主题都照这样，某一节可以另写：{_PHONE_IN_GROUPS}"
    )
    overview: Overview = Field(description="整件事的概况")
    sections: list[Section] = Field(default_factory=list, description="一节答一件事")
    events: list[Event] = Field(default_factory=list, description="日历事项，只写在 calendar/ 里")
    not_covered: list[NotGiven] = Field(
        default_factory=list, description="群众会问、这个主题的资料里却没有的事"
    )
    ambiguous: list[Ambiguous] = Field(default_factory=list, description="一个词指好几样时让人选")
    tests: list[Trial] = Field(
        default_factory=list, description="试问：改完资料自动问一遍，答错了就不换上"
    )


class Source(Strict):
    """Where facts come from."""

    id: Id = Field(description="出处编号，主题文件的 source 填它")
    title: Line = Field(description="文章标题")
    authors: Line | None = Field(None, description="作者、通讯员")
    dated: When = Field(description="文中能看出的时间，如：2020年7月；看不出就写 未定")
    place: Line | None = Field(None, description="文章写的是哪里")


class SourceFile(Strict):
    """sources.yaml."""

    sources: list[Source] = Field(min_length=1, description="每篇文章一条")


class SmallTalk(Strict):
    """A courtesy and its reply."""

    id: Id = Field(description="寒暄的编号，不重复")
    ask: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]] = Field(
        min_length=1, description="大家会怎么说，整句对上才算"
    )
    forms: list[Form] = Field(
        default_factory=list,
        description="一类说法：括号里任选一个，竖线隔开，可以空着，如：还没（睡|下班）呢",
    )
    words: list[Word] = Field(
        default_factory=list,
        description="一句话什么也没问、资料里也没有，里面有这些词就算；只写别的事不会用到的词",
    )
    answer: Answer = Field(description="一两句回话，称“您”，不说具体事实")


class SmallTalkFile(Strict):
    """smalltalk.yaml."""

    smalltalk: list[SmallTalk] = Field(min_length=1, description="问好、道谢、告别这些话")


class ThesaurusFile(Strict):
    """thesaurus.yaml: one set of everyday words for one official word a line."""

    words: list[Annotated[list[Word], Field(min_length=2)]] = Field(
        min_length=1, description="一行一组：第一个是正式说法，后面是群众的叫法"
    )


class GuardFile(Strict):
    """guards.yaml: what holds for all topics."""

    not_covered: list[NotCovered] = Field(
        default_factory=list, description="哪个主题的资料里都没有的事"
    )
    ambiguous: list[Ambiguous] = Field(
        default_factory=list, description="几个主题都有的词，没说清时让人选"
    )
    tests: list[Trial] = Field(
        default_factory=list, description="试问：改完资料自动问一遍，答错了就不换上"
    )
