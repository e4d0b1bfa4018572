"""What a message wants: of somebody, of an office, or of the desk about itself.

“帮我报个名” and “明天停电” ask nothing, and are no chat all the same: whoever says so is to hear
what the files know, or that they know nothing.
"""

from __future__ import annotations

import re

_WANTS = re.compile(
    r"(?:帮|替|给)我?们?忙?(?:查|报|办|找|订|改|填|交|转|算|申请)|[想要求](?:入|报|参加|办|学|找|申请|领|交|反映|查|请假|预约|退|买|借)"
    r"|投诉.|举报.|请假|报名|(?<!接)(?<!接个)(?<!打)(?<!打个)电话|热线|(?:请|望).{0,3}(?:转告|通知|参加|准时|到|带|交|填|报)|通知|转告"
    r"|[来去到走办动回]不了|[跑走]不动|迟到|晚点到|[丢失]了?$|走[丢失]|被.{0,3}[咬打骗偷撞抢]|打[我人他她]|[^挨]打(?:老婆|孩子|老人)"
    r"|劳驾.|麻烦[你您]?(?:说|发|告诉|给|讲)|给我[个份发]|发[给到一]|歌词|全文|做法|双报到|地址|转接|值班表|名单|流程|费用|补[贴助]|低保|[社医]保|证明|锁[了着]|大厅|窗口|排队|他们|评议|结果"
    r"|填[错写]|[丢弄]了.{0,3}[证卡钥]|瘫|坐牢|吵得|[太很]吵|噪"
)
"""Something is wanted of somebody, or told to everybody."""
_MEETS = re.compile(
    r"(?:明天|后天|今晚|今天下午|今天上午|下周|周[一二三四五六日末]|星期.|[\d一二三四五六七八九十两]+[点号日月]).{0,6}"
    r"(?:会|集合|培训|学习|活动|停[电水气]|体检|党课|值班|打扫|检查|取消|来不了|去不了|到不了|开始|截止|改到)"
    r"|改到|取消了|推迟"
)
"""Somebody tells when something is: the files may know, or ought to."""

_BUSINESS = re.compile(
    r"办(?!法)|证|补[贴助]|津贴|低保|社保|医保|养老|退休金|工资|报酬|救助|贷款|报销|申请|申报|审批|批准|盖章|签字|材料|手续"
    r"|表格|登记|户口|宅基地|危房|拆迁|征地|土地|承包|合同|产权|水管|水电|[停没断缺][水电气网]|电[表线费]|水[表费渠库]|路灯"
    r"|马路|道路|修路|路[面坏边]|下水|垃圾|污水|公?厕|井盖|自来水|[煤燃]气|天然气|快递|公交|班车|学校|幼儿园|老师|卫生[室院]"
    r"|医[院生]|疫苗|体检|[书]记|主任|干部|党员|党费|党组织|支部|党课|村[委务民]|居委|委员|代办|驿站|活动|会议|开会|通知|培训"
    r"|志愿|投票|选举|换届|招[聘工人]|岗位|名额|报名|入党|举报|投诉|纠纷|打架|打人|家暴|偷|骗|丢|失踪|走失|捡到|落水|着火|起火"
    r"|[淹塌漏]|咬|欠|拖|赔|罚|违|法[院律]|警察|派出所|律师|官司|残疾|孤[儿老寡]|五保|贫困|扶贫|脱贫|产业|项目|资金|公开|政策"
    r"|文件|资料|地址|(?<!接)(?<!接个)(?<!打)(?<!打个)电话|号码|网站|系统|登[录不]|密码|二维码|转[接移]|缴|交[费钱]|收费|价格|[多少]钱|名单|表彰|评[选比]|考[试核]"
    r"|学[籍费区位历]|关系|化肥|种子|农药|预报|行情|价|亩|产量|时间|地点|什么时候|几点|在哪"
)
"""What people come to an office for."""
_OF_DESK = re.compile(
    r"^(?:小助手|小伙子|小同志)?你(?!们)(?:这个|这位)?(?:小助手|小同志|小伙子|老师傅)?(?:到底|究竟|今年|平时|现在|真的?)?"
    r"(?:会(?!议)|是(?:不是)?(?:个|那个|什么|哪个?里?的?|谁|真|假|人|机|ai|程序|电脑|男|女|傻|笨|坏|睡|死|卡|聋|客服|管理)|叫|姓|几岁|几点下班|多大|吃|喝|睡|喜欢|爱|怕|认识|知道我|成家|结婚|上班|下班|累|饿|困|忙"
    r"|生气|高兴|开心|难过|听得|听不|能听|看得|懂|有没?(?:对象|家吗|家人|爸|妈|名字|心|脾气|老婆|孩子)|爸|妈|老家|家在|声音|脾气|住)"
)
"""A question to the desk about itself, and nothing that it might know."""


def asks_about_desk(text: str) -> bool:
    """Does a normalised message in the one spelling ask the desk about itself?"""
    plain = text.replace(" ", "")
    return _OF_DESK.match(plain) is not None and _BUSINESS.search(plain) is None


def wants_something(text: str) -> bool:
    """Does a normalised message want something of somebody, or tell when something is?"""
    return _WANTS.search(text) is not None or _MEETS.search(text) is not None
