from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from salesops.events.recorded import Recorded

from .actions.channels import send_again, send_test
from .channels import Outcome, check_address, explain
from .models import ChannelAccount, Delivery


class ChannelForm(forms.ModelForm):
    """Address and secret can be entered, never read: an empty field leaves what is stored."""

    new_url = forms.CharField(
        label=_("Address"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The bot's webhook or a mail address; not shown again. Empty: unchanged, or the profile's address."
        ),
    )
    new_secret = forms.CharField(
        label=_("Signing secret"),
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("DingTalk and Feishu, if the bot demands a signature; not shown again. Empty: unchanged."),
    )

    class Meta:
        model = ChannelAccount
        fields = ["kind", "name", "person", "team", "active", "limit"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("person") and cleaned.get("team"):
            raise forms.ValidationError(_("A channel belongs to a person or to a team, not to both."))
        kind, url = cleaned.get("kind"), cleaned.get("new_url")
        if kind == ChannelAccount.Kind.EMAIL and not cleaned.get("person"):
            self.add_error("person", _("A mail address belongs to a person."))
        elif kind and kind != ChannelAccount.Kind.EMAIL and not (url or self.instance.url):
            self.add_error("new_url", _("A bot needs its address."))
        if kind and url and (problem := check_address(kind, url)):
            self.add_error("new_url", problem)
        self.instance.url = url or self.instance.url
        self.instance.secret = cleaned.get("new_secret") or self.instance.secret
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        others = ChannelAccount.objects.with_address(self.instance.url).exclude(pk=self.instance.pk)
        if self.instance.url and others.exists():
            self.add_error("new_url", _("Another channel has this address. One bot has one queue and one limit."))


@admin.register(ChannelAccount)
class ChannelAccountAdmin(Recorded):
    form = ChannelForm
    fields = ["kind", "name", "person", "team", "new_url", "new_secret", "active", "limit", "state", "last_answer"]
    readonly_fields = ["state", "last_answer"]
    list_display = ["__str__", "person", "team", "state", "last_answer"]
    list_filter = ["kind", "active"]
    list_select_related = ["person", "team"]
    autocomplete_fields = ["person", "team"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("url", "secret")

    @admin.display(description=_("state"))
    def state(self, account):
        if account.pk is None:
            return "–"
        if not account.active:
            return _("paused")
        if account.broken_at:
            return _("refused")
        if account.opened_until and account.opened_until > timezone.now():
            return _("interrupted")
        return _("in use")

    @admin.display(description=_("last answer"))
    def last_answer(self, account):
        return (explain(account.kind, account.answer) if account.kind else "") or "–"

    def save_model(self, request, obj, form, change):
        # A new address or secret deserves a new beginning.
        if change and ("new_url" in form.changed_data or "new_secret" in form.changed_data):
            obj.failures, obj.opened_until, obj.broken_at, obj.answer = 0, None, None, ""
        super().save_model(request, obj, form, change)

    def get_urls(self):
        test = path("<int:pk>/test/", self.admin_site.admin_view(self.test), name="notices_channelaccount_test")
        return [test, *super().get_urls()]

    def test(self, request, pk):
        """Sends a test message and shows what the vendor said, in plain words."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        account = get_object_or_404(self.get_queryset(request), pk=pk)
        answer = send_test(account, by=request.user, at=request.now)
        level = messages.SUCCESS if answer.outcome == Outcome.OK else messages.ERROR
        said = gettext("%(words)s (answer: %(code)s)") % {
            "words": explain(account.kind, str(answer)),
            "code": str(answer) or "–",
        }
        self.message_user(request, said, level)
        back = request.POST.get("next", "")
        page = reverse("admin:notices_channelaccount_change", args=[account.pk])
        return HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, None) else page)


@admin.register(Delivery)
class UndeliveredAdmin(admin.ModelAdmin):
    """What could not be delivered or may not have arrived."""

    list_display = ["recipient", "kind", "account", "state", "words", "attempts", "ended_at"]
    list_filter = ["state", "account__kind"]
    list_select_related = ["notice__person", "notice__team", "account__person", "account__team"]
    list_display_links = None
    show_full_result_count = False
    list_per_page = 50
    ordering = ["-ended_at"]
    actions = ["again"]

    def get_queryset(self, request):
        sealed = super().get_queryset(request).defer("account__url", "account__secret")
        return sealed.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN])

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("recipient"))
    def recipient(self, delivery):
        return delivery.notice.person or delivery.notice.team

    @admin.display(description=_("kind"))
    def kind(self, delivery):
        return delivery.notice.kind

    @admin.display(description=_("answer"))
    def words(self, delivery):
        return explain(delivery.account.kind, delivery.answer)

    @admin.action(description=_("Send again"), permissions=["view"])
    def again(self, request, queryset):
        count = send_again(queryset, by=request.user, at=request.now)
        said = ngettext("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS if count else messages.WARNING)
