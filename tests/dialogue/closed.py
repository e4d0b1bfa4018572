"""A small knowledge with things for members alone; 暗 stands in each word that must not leak."""

from __future__ import annotations

from pathlib import Path

from bot.calendar.agenda import when_ok
from bot.knowledge.library import Library
from bot.knowledge.load import load_or_raise
from tests.knowledge.folder import build

LIST = """\
id: lianxi
title: 柳溪支部联系表
aliases: [联系表, 柳溪支部]
place: {county: 柳溪县}
source: s1
people:
  - {name: 周广林, role: 支部书记}
overview:
  ask: [介绍一下联系表, 联系表是做什么的]
  answer: 联系表写着支部和值班室怎么找，值班室的电话是 0537-6211234，夜里打 13912345678。
sections:
  - id: shouji
    title: 支部委员的手机
    members_only: 是
    ask: [支部委员的手机号是多少, 委员的电话怎么打, 委员手机]
    answer: 暗一：组织委员赵暗云 13812345678，宣传委员钱暗雪 13712345678，都可以打。
    valid_to: 2021-12-31
  - id: zhiban
    title: 值班室的电话
    ask: [值班室电话多少, 值班室怎么打, 打给值班室]
    answer: 值班室 0537-6211234，也可以打 12345。
  - id: xinfang
    title: 信访接待电话
    phone_in_groups: 是
    ask: [信访接待打哪个号, 信访电话多少]
    answer: 信访接待打 0537-6215678，工作日有人接。
not_covered:
  - words: [工资]
    say: 资料里没有写工资，可以打 0537-6219999 问。
"""

NAMES = """\
id: mingdan
title: 困难党员帮扶
aliases: [帮扶名单, 困难党员]
place: {county: 柳溪县}
source: s1
members_only: true
people:
  - {name: 孙暗风, role: 帮扶联系人}
overview:
  ask: [介绍一下困难党员帮扶, 帮扶是怎么回事]
  answer: 暗二：支部帮扶 3 名困难党员，每月上门一次。
sections:
  - id: shui
    title: 帮扶哪几户
    ask: [帮扶名单上有谁, 困难党员是哪几户]
    answer: 暗三：李暗月、周暗山两户，住在东门暗巷，2020 年起帮扶。
  - id: shenqing
    title: 怎么申请帮扶
    members_only: 否
    ask: [怎么申请帮扶, 申请帮扶要交什么]
    answer: 写一张申请交给支部，支部开会商量。
not_covered:
  - words: [补助金额]
    ask: [帮扶一户一年给几个钱, 困难党员家里一回送几样东西, 帮扶的钱是哪一级出的]
    say: 暗四：只写了李家和周家，没有写补助多少。
"""

CALENDAR = """\
id: rili
title: 柳溪支部的日程
place: {county: 柳溪县}
source: s1
overview:
  ask: [柳溪支部的日程概况]
  answer: 支部的日程写在这里，哪天学习哪天劳动。
events:
  - id: xuexi
    title: 支部学习
    when: 2020年7月10日
    see: lianxi/shouji
    note: 请假打 13612345678
"""

CLOSED_CALENDAR = """\
id: shangmen
title: 上门帮扶的日程
place: {county: 柳溪县}
source: s1
members_only: true
overview:
  ask: [上门帮扶的日程]
  answer: 暗五：先去李家再去周家。
events:
  - id: lijia
    title: 到李暗月家
    when: 2020年7月11日
    note: 暗六带米面
"""

FILES: dict[str, str | bytes] = {
    "contacts/lianxi.yaml": LIST,
    "contacts/mingdan.yaml": NAMES,
    "calendar/rili.yaml": CALENDAR,
    "calendar/shangmen.yaml": CLOSED_CALENDAR,
}
SECRETS = ("暗", "13812345678", "13712345678")


def closed_library(folder: Path) -> Library:
    """The library of these files, written into a folder."""
    return load_or_raise(build(folder, FILES), when_ok)
