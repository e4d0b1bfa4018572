"""What kind of thing a question asks for, and whether an answer holds such a thing.

"租金多少" asks for money; a section without any sum cannot be the answer, however many words it
shares. The table is small on purpose: a kind is listed only when both the question's words and the
answer's form are plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.kinds import MORE
from bot.text.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of thing that can be asked for."""

    name: str
    asked: re.Pattern[str]
    """Finds the kind in a normalised question without spaces."""
    held: Pattern
    """Finds a thing of the kind in an answer."""


ASKING = re.compile(
    r"什么|啥|哪|谁|(?<![这那前后好])几|多少|怎|咋|吗|么|呢|何|如何|是不是|有没有|能不能|可不可|好多|为什么|想问|请问"
    r"|想知道|了解|[不没]$"
)
"""A question word stands in the text."""
_NO_QUESTION = re.compile(
    r"[这那多要]么(?!办|回事)|什么的|没什么|没怎么|没谁|[急慌怕吵笑催闹哭](?:什么|啥子?)|哪里哪里|(?:什么|谁|哪里|怎么)(?=[^吗]{0,3}[都也])|了解(?!一下)"
    r"|怎么(?=这么|那么|老是|总是)|(?<![\u4e00-\u9fff])呢$"
)
"""Question words that ask nothing: 这么晚, 没什么, 谁都不在."""
_GOES_ON = re.compile(r"((?:还|正|在|着|可|没|才|都|忙).{0,8})呢(?= |$)")
"""还没睡呢 tells what goes on."""
_ONE_OR_NOT = re.compile(r"([\u4e00-\u9fff])[不没]\1|有没得")


def asks(text: str) -> bool:
    """Does a normalised message ask something, other than by way of speaking?

    For chat only; a question about the facts is taken for one sooner.
    """
    if ASKING.search(text) is None and _ONE_OR_NOT.search(text) is None:
        return False
    plain = _NO_QUESTION.sub("", _GOES_ON.sub(r"\1", text))
    return ASKING.search(plain) is not None or _ONE_OR_NOT.search(plain) is not None


_NUMBER = r"(?:\d|[一二两三四五六七八九十百千万])"


def _facet(name: str, asked: str, held: str) -> Facet:
    return Facet(name, re.compile(asked), Pattern(held))


FACETS = (
    _facet(
        "电话",
        r"(?<![打等接]个)(?<![打等接])电话|(?:打|拨)(?:哪个|什么|啥)电话|手机号|号码|座机|热线|联系方式|微信号|邮箱|网址|网站",
        r"\d{7,}|@|www|http",
    ),
    _facet(
        "钟点",
        r"几点|上下班|营业时间|开门时间|关门",
        r"\d\s*[点:：]\s*\d*|[一二三四五六七八九十]点|时至",
    ),
    _facet(
        "钱数",
        r"多少钱|几块钱|好多钱|几多钱|多少元|多少块|几万块|工资多少|月薪|年薪|价格|价钱|造价|投资多少|投入多少"
        r"|多少投资|多少投入|金额|花了?多少(?![时天人功])|收入多少|多少收入|经费多少|多少经费|报酬多少|多少报酬|多少资金|资金多少",
        r"元|" + _NUMBER + r"\s*[万亿]",
    ),
    _facet(
        "面积",
        r"面积|(?:区域|厅|中心|馆|场地|园区)有?多大|多少平|平米|平方|占地|几亩|多少亩",
        r"平方|亩|公顷",
    ),
    _facet("年份", r"哪一?年|哪年|年份|何年|几几年", r"\d{4}\s*年|去年|今年|\d\s*周年"),
    _facet(
        "时间",
        r"什么时候|啥时候|几号|哪天|哪一天|几月|何时|多会儿|日期|什么时间|哪日|星期几|周几|礼拜几",
        r"\d\s*[月日号]|月末|月底|每[年月周季天]|去年|今年|近年|目前|上半年|下半年|连续|未定|期间|随时|定时|整个|截至|\d{4}\s*年",
    ),
    _facet(
        "时长",
        r"(?:(?<!隔)多久|多长时间)(?!.{0,6}[一坐聚碰商合]一?[次回趟场块])|(?:要|得|等|干|办|当|管|搞|待|讲|学)了?几(?:天|年|个月)|几(?:天|年|个月)(?:了|能|内|办)"
        r"|多少(?:天|年|个月|小时|分钟|个工作日)|年限|期限|有效期",
        r"(?<!哪)" + _NUMBER + r"\s*[多余]?\s*(?:年(?![级度])|天|个月|小时|分钟|个工作日)"
        r"|连续|整个|随时|多少天|每[年月周天]|\d\s*次",
    ),
    _facet(
        "次数",
        r"(?:多久|多长时间|几天|几个月|几年).{0,4}一[次回趟场轮期]"
        r"|[一每](?:年|个?月|周|个?星期|个?季度|天).{0,5}(?:几|多少)[次回趟场]|多少[次回趟场]|过几[次回趟场]",
        r"每[年月周天季次]|定时|经常|常态|随时",
    ),
    _facet(
        "男女",
        r"女的|男的|女同志|妇女|男女|女性|女书记|女党员|女干部|(?:几|多少)[个名位]?女",
        r"女|男|夫妇|妇",
    ),
    _facet(
        "分项数",
        r"(?<!\d)(?!20\d\d年)\d+[多余]?[个家名位处人项条][^有几多]{0,5}(?:里头?|里[面边]|当中|其中|之中)"
        r"[^里]{0,7}(?:几|多少)",
        r"其中|分别|各(?![类项种地级])|点到|写到名",
    ),
    _facet(
        "高低",
        r"哪[个家里儿处位][^些]{0,8}最(?![后近少低早晚])|谁[^谁]{0,5}最(?![后近早晚])"
        r"|最(?:好|差|多|大|小|强|快|厉害|出色|优秀)的?(?:是|有|数)?(?:哪[^些几]|谁)",
        r"最(?!后)",
    ),
    _facet(
        "讲话",
        r"[讲说][了的]?(?:些|几句|点)?(?:啥|什么)话|发了?(?:什么|啥)言|提了(?:什么|啥|哪些)(?:要求|意见)|讲话[内里提]|发言(?:内容|里)",
        r"[说讲](?!解)|表示|介绍|提出",
    ),
    _facet(
        "给钱",
        r"给不给钱|给钱[吗不么]|发不发钱|有没有(?:钱拿|工资|报酬)|有钱拿|要不要钱|要钱[吗不么]"
        r"|收不收[钱费]|免费[吗不么]|花不花钱|倒贴钱",
        r"元|免费|不收钱|补助|补贴",
    ),
    _facet("星期几", r"(?:星期|周|礼拜)[一二三四五六日天末]", r"星期|周[一二三四五六日末]|随时"),
    _facet(
        "时段",
        r"(?:上午|下午|中午|晚上|早上|夜里|节假日|双休日?|国庆|春节|过年)(?:.{0,3}(?:开门|有人|上班|办公|休息)|[吗不]$)",
        r"上午|下午|中午|晚上|早上|夜|节|随时",
    ),
    _facet(
        "来历",
        r"[跟向](?:哪|谁)[^，]{0,5}学|谁(?:琢磨|发明|首创|[想编][出的](?!去|来干)|(?:最?先|首先)?提[的出])"
        r"|谁(?:的|出的)主意|(?:哪|谁)[^，]{0,4}(?:发明|首创)",
        r"借鉴|提出|首创|发明|主意|表示|[说讲](?!解)|介绍",
    ),
    _facet(
        "选法",
        r"怎么(?:选|挑|当(?!上|时|年))|咋(?:选|挑)|(?:什么|啥)(?:资格|门槛)",
        r"条件|标准|资格|以上|优|选|懂|要求",
    ),
    _facet(
        "后果",
        r"批评|(?<!一)处分(?![片块管])|处罚|罚款|撤换|撤职|问责|追究",
        r"批评|处分|处罚|问责|警示",
    ),
    _facet(
        "获奖",
        r"[得获拿]过?(?:[^，们]{0,2})奖|(?:什么|哪些|啥)(?:荣誉|称号)",
        r"奖|表彰|荣誉|称号|第三名",
    ),
    _facet(
        "好处",
        r"(?:什么|哪些|啥|有没有)(?:激励|待遇|优惠|奖励|福利)|[给有](?:[^，]{0,4})(?:什么|啥)好处",
        r"奖|待遇|优惠|元|补|好处|作用|帮",
    ),
    _facet("场合", r"(?:什么|啥|哪个|哪次)(?:会上|会议|场合)", r"会上|会议|大会|活动"),
    _facet("籍贯", r"是(?:哪里|哪儿|什么地方)人[吗呢啊]?$|籍贯", r"籍贯|出生"),
    _facet(
        "以后的安排",
        r"(?:以后|今后|将来)(?:还会?|会不会|要不要)再?(?:涨|办|搞|招)|还会?(?:涨|招)[吗不么没人]",
        r"将|以后|今后|后要|成立后|目标|打算|下一步|会安排",
    ),
    _facet("材料", r"(?:什么|哪些|啥)(?:材料|证件|证明)", r"材料|证件|证明"),
    _facet("收费", r"收(?:费|取)?(?:多少|几块|好多)(?!入)", r"收费|免费|不收|收入"),
    _facet(
        "单份数",
        r"每[个家人户名处村镇片位][^每]{0,8}(?:几|多少)|平均.{0,6}(?:几|多少)|人均",
        r"每|平均|分别|不少于|至少|一[名个人]|各(?![类项种地级])",
    ),
    _facet(
        "没做的原因",
        r"(?:怎么|咋|为什么|为啥|为何|凭什么)(?:没[^有得]|不(?![用少同是]))",
        r"因|由于|难",
    ),
    _facet("件数", r"(?:多少|好多)件", r"(?<![条文证])件"),
    _facet("户数", r"(?:多少|几|好多)[个家]?(?:贫困|困难|脱贫)?户(?!外)", r"户|困难群众"),
    _facet(
        "村数",
        r"(?:多少|(?<!哪)几|好多)[个家]?(?:行政|自然|贫困|涣散|软弱)?村(?![级民干书支党里的])"
        r"|村(?:还|一共|总共|共)有?(?:几|多少)个",
        _NUMBER + r"[^，。；]{0,8}村",
    ),
    _facet(
        "乡镇数",
        r"(?:多少|(?<!哪)几|好多)个?(?:乡镇|镇|街道)(?!党|书|干|平)",
        _NUMBER + r"[^，。；]{0,8}(?:镇|街道)",
    ),
    _facet(
        "党组织数",
        r"(?:多少|(?<!哪)几|好多)个?(?:党支部|支部|党委|党组织)"
        r"|(?:支部|党小组|党组织)(?:现在|一共|总共|共)?有?(?:几|多少)个$",
        r"\d[^，。；]{0,8}(?:支部|党委|党组织)",
    ),
    _facet("年龄", r"年龄|几岁|多大岁数|多大年纪|岁数(?:多大|多少|要求|限制)", r"岁|年龄|\d0后"),
    _facet("百分比", r"百分之|比例|占比|多大比重|几成", r"%|百分|比例|全覆盖|成"),
    _facet(
        "人",
        r"是谁|叫什么名|叫啥名|谁[讲带说写拍设颁主发]|姓什么|姓啥|名字叫|哪位|什么人|哪个人",
        r"书记|主任|县长|主席|干部|党员|人员|同志|记者|部门|单位|指导员|委员|村民|大学生|军人|领导|负责人"
        r"|支部|党委|党工委|政府|街道|企业|代表|主持人|队伍|者",
    ),
    _facet(
        "数目",
        r"多少|几[个家名位处项条次人种支间层所户场期批类样步]|好多[个家名人]|人数|户数|数量",
        r"\d|[一二两三四五六七八九十百千万双]",
    ),
    _facet("楼层", r"几楼|几层|哪一?层|哪层楼", r"楼|层"),
    _facet("公司", r"哪[个家]公司|什么公司|啥公司|哪家企业|哪个企业", r"公司|企业|厂"),
    _facet(
        "村名",
        r"哪(?:几个|些)(?:行政|自然|贫困|示范)?村(?!级|干)|村名",
        r"(?<!贫困|行政|哪些|几个|这些|其他|示范|后进|先进|试点)(?<!各)村(?=[、，；。])",
    ),
    _facet(
        "含义",
        # What a number counts is told beside it: (?!…) leaves "102 名指的是什么" alone.
        r"^(?!.*(?<![+\d])\d{2,}[名个家处]?(?:具体)?指).*(?:(?:什么|啥)意思|(?:是|具体)指(?:什么|啥)"
        r"|指的是?(?:什么|啥)|含义|怎么解释|(?<!姓)(?:什么|啥)叫(?![啥什]))",
        r"是指|指的是|意思|也就是|就是|[:：]|包括|分别|[讲说]|“[^”]+”(?:、?“[^”]+”)+",
    ),
    _facet(
        "岗位",
        r"(?:什么|啥|哪[个种类])(?:岗位?|工种|职位|活计|活儿)",
        r"岗|工种|职务|担任|保洁|护林",
    ),
    *(
        # How many of these people: the number must stand beside them.
        _facet(
            f"{who}人数",
            rf"(?:多少|几|好多)[个名位]?(?:{also})",
            _NUMBER + rf"[^，。；]{{0,8}}(?:{also})|(?:{also})[^。；]{{0,12}}" + _NUMBER,
        )
        for who, also in (
            ("志愿者", "志愿者|义工"),
            ("群众", "群众|老百姓|居民|村民|观众"),
            ("老人孩子", "老人|孩子|小孩|儿童|学生"),
            ("员工", "员工|职工|工人"),
            ("专家", "院士|博士|硕士|专家"),
            ("评委", "评委|裁判"),
            ("写到的", "律师|医生|老师|教师|讲解员|代表"),
        )
    ),
    _facet("职务", r"(?:什么|啥)职务", r"书记|主任|长|主席|职务|委员|记者"),
    _facet("大学", r"哪[所个]大学|什么大学|哪所学校|哪个学校", r"大学|学校|学院"),
    *(_facet(*kind) for kind in MORE),
)


_NAME = re.compile(
    r"(?:书记|主任|县长|主席|片长|负责人|领导|队长|会长|盟主|村长|支书|镇长|区长|市长|局长|馆长|主持人|记者"
    r"|指导员|评委|冠军|得主|老板|经理)[的]?(?:叫什么|叫啥|叫个啥|姓什么|姓啥|贵姓|名字|姓名|是谁|是哪位|是哪个|尊姓|大名)"
    r"|谁是.{0,6}(?:书记|主任|县长|主席|片长|村长|支书)"
    r"|哪(?:几|些)?位(?:院士|专家|教授|代表|老师)|(?:院士|专家|教授|代表|志愿者)(?:都?是谁|叫什么|都?有谁|名单)"
    r"|哪些人.{0,6}(?:名字|姓名|名单)|(?:人|代表|党员|干部)的?(?:名字|姓名|名单)"
)


def asks_name(text: str) -> bool:
    """Is the name of an office holder asked for?"""
    return _NAME.search(text) is not None


ASIDE_CHARS = 30
"""A message this long says something beside what it asks: a kind of thing in there is not meant."""
STORY_CHARS = 45
"""A message this long tells a story before or after it asks."""


@lru_cache(maxsize=8)
def asked_for(question: str) -> tuple[Facet, ...]:
    """The kinds of thing that a normalised question asks for; a story around it does not count.

    One question is looked at in several places, one after the other.
    """
    text = question.replace(" ", "")
    if len(text) >= ASIDE_CHARS:
        text = question_part(question)
    return tuple(facet for facet in FACETS if facet.asked.search(text))


def holds(facet: Facet, answer: str, people: Iterable[str] = ()) -> bool:
    """Does an answer hold a thing of the kind? A known name is a person."""
    if facet.held.search(answer):
        return True
    return facet.name == "人" and any(name in answer for name in people)


_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")
_WHEN = re.compile(r"去年|前年|上个月|上周")
_RANK = re.compile(r"第([一二三四五六七八九十\d]+)(?:名|位|届|期|批|季)|(冠军|亚军|季军|倒数)")
_RANKS: Mapping[str, str] = {"冠军": "第一名", "亚军": "第二名", "季军": "第三名", "倒数": "倒数"}
_OFFICE = re.compile(
    r"[省市县区]委书记|省长|市长|县长|区长|镇长|乡长|组织部长|纪委书记|人大主任|政协主席|宣传部长"
)
_AREA = re.compile(r"全([国省市])")
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")


def contradicted(text: str, known: str, dated: str) -> str:
    """A year, rank or office that a question names and an entry does not, or an empty text.

    Args:
        text: the normalised question without spaces.
        known: all words of the entry, normalised, without spaces.
        dated: the dates of its topic and sources, in their words.
    """
    for year in _YEAR.findall(text):
        if year not in known and year not in dated:
            return f"{year} 年"
    ranks = list(_RANK.finditer(text))
    spelled = known.translate(_DIGITS) if ranks else ""
    for match in ranks:
        rank = _RANKS.get(match.group(2) or "", match.group())
        if rank.translate(_DIGITS) not in spelled:
            return rank
    for office in _OFFICE.findall(text):
        if office not in known:
            return str(office)
    return ""


def another_time(text: str, known: str, dated: str) -> str:
    """A time (去年) that the asking part of a question names and an entry does not, or "".

    Args:
        text: the clauses that ask, normalised, without spaces; in a story 去年 is the asker's own.
        known: all words of the entry, normalised, without spaces.
        dated: the dates of its topic and sources, in their words.
    """
    return next((w for w in _WHEN.findall(text) if w not in known and w not in dated), "")


def beyond(text: str, known: str, place: Sequence[str]) -> str:
    """A wider area than the topic's that a question asks about (全市), or an empty text.

    Args:
        text: the normalised question without spaces.
        known: all words of the entry, normalised, without spaces.
        place: the levels of the topic's place, widest first.
    """
    if not place:
        return ""
    for match in _AREA.finditer(text):
        if match.group() not in known and not place[-1].endswith(match.group(1)):
            return match.group()
    return ""


def question_part(question: str) -> str:
    """Where a message asks: the clauses with a question word, or all of it when none has one.

    A story told before the question ("我要写总结，……有多少个") must not set off a guard.
    """
    clauses = question.split()
    asking = [clause for clause in clauses if ASKING.search(clause)]
    return "".join(asking or clauses)
