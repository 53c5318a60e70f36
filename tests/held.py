"""A lead in somebody's hands at this very moment: for tests in a browser, or over several connections."""

from leads.actions import NewLead, arrive, claim, log_follow_up, qualify
from leads.models import Lead
from salesops import clock


def graded(firm, company="克来机电", *, grade="B") -> Lead:
    """A lead of 上海 that has just come in and was graded."""
    phone = f"139{Lead.objects.count():08}"
    new = NewLead(company=company, contact="蒋宇", phone=phone, region="上海", source="partner")
    lead = arrive(new, by=firm.zhou, at=clock.now(), way_in="hand")
    return qualify(lead, grade=grade, industry="汽车配件", size="unknown", by=firm.zhou, at=clock.now())


def held(firm, company="克来机电") -> Lead:
    """A B lead that 王伟 has claimed."""
    return claim(graded(firm, company), by=firm.wang, at=clock.now())


def answered(firm, company="克来机电", **values) -> Lead:
    """The same after its first response."""
    lead = held(firm, company)
    values = {"way": "call", "reached": True, "note": "想先看案例", "need": "替换", "intent": "high"} | values
    log_follow_up(lead, by=firm.wang, at=clock.now(), **values)
    return lead
