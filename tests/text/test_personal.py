"""What leads to one person is taken out of a question; what it asks stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.agenda import when_ok
from bot.features.inbox.known import known_words
from bot.knowledge.folder import shipped_folder
from bot.knowledge.load import load_or_raise
from bot.text.people import PUBLIC, Words
from bot.text.personal import MARKS, TEXT_CHARS_MAX, stripped, without_marks

ROSTER = Words(("王芳", "李强", "张建国", "买买提·吐尔逊", "高原"))
KNOWN = Words(("胡桂兰", "江阳区", "王芳工作室", "小树林小区"))

NAMES = [
    ("我叫张三，党费怎么交", "我叫〔姓名〕，党费怎么交"),
    ("我是李四想转组织关系", "我是〔姓名〕想转组织关系"),
    ("我爸叫赵铁柱 想补交党费", "我爸叫〔姓名〕 想补交党费"),
    ("我妈李秀英今年80，能送学上门吗", "我妈〔姓名〕今年80，能送学上门吗"),
    ("王大爷的组织关系怎么转", "〔姓名〕大爷的组织关系怎么转"),
    ("王建国书记的办公室在哪", "〔姓名〕书记的办公室在哪"),
    ("高书记在吗", "〔姓名〕书记在吗"),
    ("党员王建国党费怎么交", "党员〔姓名〕党费怎么交"),
    ("帮王建国落户", "帮〔姓名〕落户"),
    ("张建军的电话是多少", "〔姓名〕的电话是多少"),
    ("老王说红色代办能办", "〔姓名〕说红色代办能办"),
    ("欧阳修远同志在吗", "〔姓名〕同志在吗"),
    ("我姓欧阳", "我姓〔姓名〕"),
    ("姓名：刘大柱", "姓名：〔姓名〕"),
    ("王芳的党课", "〔姓名〕的党课"),
    ("请王 芳 讲课", "请〔姓名〕 讲课"),
    ("王\u200b芳的党课", "〔姓名〕的党课"),
    ("买买提·吐尔逊在哪个支部", "〔姓名〕在哪个支部"),
    ("高原什么时候讲课", "〔姓名〕什么时候讲课"),
    ("赵铁柱", "〔姓名〕"),
]
NUMBERS = [
    ("电话13800138000打不通", "电话〔号码〕打不通"),
    ("138 0013 8000打不通", "〔号码〕打不通"),
    ("138-0013-8000打不通", "〔号码〕打不通"),
    ("１３８００１３８０００打不通", "〔号码〕打不通"),
    ("+86 138 0013 8000", "〔号码〕"),
    ("座机0830-3123456没人接", "座机〔号码〕没人接"),
    ("(0830)3123456没人接", "〔号码〕没人接"),
    ("幺三八零零幺三八零零零打不通", "〔号码〕打不通"),
    ("1 3 8 0 0 1 3 8 0 0 0", "〔号码〕"),
    ("身份证37082719560302001X能办吗", "身份证〔号码〕能办吗"),
    ("卡号6222 0213 0400 1234 567", "卡号〔号码〕"),
    ("身份证后四位1234", "身份证后四位〔号码〕"),
    ("验证码 8848 收不到", "验证码 〔号码〕 收不到"),
    ("短号661234", "短号〔号码〕"),
    ("我1956年3月2日出生，能转吗", "我〔号码〕出生，能转吗"),
    ("微信abc123加一下", "微信〔账号〕加一下"),
    ("加我wxid_abc123", "加我〔账号〕"),
    ("发到zhang.san@qq.com行吗", "发到〔邮箱〕行吗"),
    ("@zhangsan 你知道吗", "〔账号〕 你知道吗"),
    ("@张三 党费怎么交", "〔账号〕 党费怎么交"),
    ("＠张三 党费怎么交", "〔账号〕 党费怎么交"),
    ("https://t.me/abc?x=1 这个群是吗", "〔网址〕 这个群是吗"),
    ("看t.me/abc这个群", "看〔网址〕这个群"),
    ("鲁H12345能停吗", "〔车牌〕能停吗"),
    ("京A·D12345能停吗", "〔车牌〕能停吗"),
    ("我住3号楼2单元501，能上门吗", "我住〔住址〕，能上门吗"),
    ("住5栋302室", "住〔住址〕"),
]
PLAIN = [
    "第3期培训班7月1日几点",
    "14条措施是哪14条",
    "2026-07-01有活动吗",
    "20260701有活动吗",
    "2020-2026年规划",
    "7.1 14:30开会吗",
    "12371是什么电话",
    "打12345还是110",
    "党费交100000元",
    "一共1,000,000元",
    "3个月没交党费怎么办",
    "1号楼院党小组在哪",
    "找书记反映情况去哪",
    "向书记反映情况",
    "马上找书记可以吗",
    "高新区书记是谁",
    "公安局长是谁",
    "我是高中老师",
    "我是党员想转组织关系",
    "老党员有什么待遇",
    "小树林小区有什么活动",
    "党员张贴公告在哪",
    "何时转正",
    "周末有活动吗",
    "雷锋精神是什么",
    "书记叫什么名字",
    "三会一课是什么",
    "胡桂兰是谁",
    "王芳工作室在哪",
    "谢谢老师",
    "有困难找党员",
]


@pytest.mark.parametrize(("asked", "left"), [*NAMES, *NUMBERS])
def test_what_leads_to_a_person_goes(asked: str, left: str) -> None:
    assert stripped(asked, ROSTER, KNOWN) == left


@pytest.mark.parametrize("asked", PLAIN)
def test_what_is_asked_stays(asked: str) -> None:
    assert stripped(asked, ROSTER, KNOWN) == asked


def test_a_name_of_the_knowledge_may_stay_unless_more_is_said() -> None:
    assert stripped("王芳工作室的王芳", ROSTER, KNOWN) == "王芳工作室的〔姓名〕"
    assert stripped("江阳区书记", ROSTER, KNOWN) == "江阳区书记"


def test_the_shipped_phrasings_are_hardly_touched() -> None:
    library = load_or_raise(shipped_folder(), when_ok)
    known = known_words(library)
    asks = [ask for entry in library.entries() for ask in entry.asks]
    touched = [ask for ask in asks if "〔" in stripped(ask, known=known)]
    assert len(asks) > 4_000
    assert len(touched) <= len(asks) * 0.003, touched


def test_it_is_cut_after_it_was_stripped_and_no_mark_is_halved() -> None:
    text = stripped("问" * (TEXT_CHARS_MAX - 2) + "13800138000")
    assert text == "问" * (TEXT_CHARS_MAX - 2)
    assert stripped("问" * 195 + "13800138000").endswith("〔号码〕")
    assert len(stripped("党" * 5_000)) == TEXT_CHARS_MAX


def test_without_marks() -> None:
    assert without_marks("〔姓名〕的党费〔号码〕怎么交") == "的党费 怎么交"
    told = "我是〔姓名〕，电话：〔号码〕，身份证号是〔号码〕，晾衣绳归谁管，谢谢"
    assert without_marks(told) == "晾衣绳归谁管，谢谢"
    assert without_marks("〔别的〕") == "〔别的〕"


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)
ANY = st.text(max_size=300)
SEPARATOR = st.sampled_from(["", " ", "-", ".", "  ", "－"])


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *"王芳李张老小的我姓叫是找党号楼单元室0158·@.-+ 幺一,，Xx〔〕",
            *("书记", "大爷", "138", "0013", "8000", "微信", "密码", "出生", "2026", "名叫"),
            *("欧阳", "王芳", "胡桂兰", ".com", "鲁H", "姓名", "3号楼", "电话", *MARKS),
        ]
    ),
    max_size=14,
).map("".join)


@given(ANY | FRAGMENTS)
def test_anything_can_be_stripped_and_stripping_again_changes_nothing(text: str) -> None:
    once = stripped(text, ROSTER, KNOWN)
    assert len(once) <= TEXT_CHARS_MAX
    assert "\n" not in once
    assert stripped(once, ROSTER, KNOWN) == once


@given(HAN, st.lists(st.integers(0, 9), min_size=10, max_size=10), SEPARATOR, HAN)
def test_no_telephone_stays(before: str, digits: list[int], between: str, after: str) -> None:
    number = "1" + "".join(map(str, digits))
    written = between.join((number[:3], number[3:7], number[7:]))
    left = stripped(f"{before}{written}{after}")
    assert number[3:7] + between + number[7:] not in left
    assert not re.search(r"\d{5}", left)


@given(HAN, st.sampled_from(["王芳", "李强", "张建国"]), st.sampled_from(["", " "]), HAN)
def test_no_name_of_the_roster_stays(before: str, name: str, between: str, after: str) -> None:
    left = stripped(f"{before}{between.join(name)}{after}", ROSTER)
    assert name not in left.replace(" ", "")


@given(st.integers(0, 99_999), st.sampled_from("条期个人岁月天次"))
def test_a_short_number_stays(number: int, unit: str) -> None:
    assert stripped(f"想问{number}{unit}") == f"想问{number}{unit}"


def test_people_of_the_textbooks_may_be_named() -> None:
    assert len(PUBLIC) > 20
    for name in PUBLIC:
        assert stripped(f"学习{name}同志") == f"学习{name}同志"


def test_marks_are_told_apart() -> None:
    assert len(set(MARKS)) == len(MARKS)
