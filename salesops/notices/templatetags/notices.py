from django import template

from ..channels import explain

register = template.Library()


@register.filter
def explained(account):
    """The channel's last answer in plain words."""
    return explain(account.kind, account.answer)
