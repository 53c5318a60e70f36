from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.models import Loss, Mode, Needs
from leads.models.needs import TEXT
from salesops.documents.forms import FilesField
from salesops.web.forms import EditForm, OneTimeForm

PRIVATE = _("Nothing about a contact's income or family belongs here.")


class NeedsForm(EditForm):
    """需求分析清单. In a talk's preparation the way in which one meets is agreed as well."""

    pain_points = forms.CharField(label=_("Pain points"), widget=forms.Textarea(attrs={"rows": 3}), help_text=PRIVATE)
    goals = forms.CharField(label=_("Goals"), widget=forms.Textarea(attrs={"rows": 3}))
    budget_range = forms.CharField(label=_("Budget range"), max_length=100, required=False)
    decision_process = forms.CharField(
        label=_("Decision process: who decides, in which steps"), max_length=300, required=False
    )
    dates = forms.CharField(label=_("Dates: when it is needed"), max_length=200, required=False)
    mode = forms.ChoiceField(label=_("Way agreed"), choices=[("", "–"), *Mode.choices], required=False)

    @classmethod
    def of(cls, needs: Needs | None, data=None, *, talk=None):
        """The form with what stands there; for a talk the way has to be agreed."""
        names = (*TEXT, "mode")
        form = cls(data, on_file={name: getattr(needs, name) if needs else "" for name in names})
        form.fields["mode"].required = talk is not None
        return form


class ReportForm(OneTimeForm):
    """Sending the report: by a link that one passes on, or by mail."""

    mail = forms.BooleanField(label=_("Send the link by mail: the contact agrees to get mail"), required=False)

    def __init__(self, *args, mailable: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not mailable:
            del self.fields["mail"]


YES_NO = [("yes", _("Yes, this is right")), ("no", _("This is not right"))]


class CustomerAnswerForm(OneTimeForm):
    """What the customer says to the report."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=YES_NO, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Your name"), max_length=60)
    words = forms.CharField(
        label=_("What should be different"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self):
        values = super().clean()
        if values.get("answer") == "no" and not values.get("words"):
            self.add_error("words", _("Tell us what is not right."))
        return values


class NotedAnswerForm(CustomerAnswerForm):
    """The same, noted by the account manager from a signed page."""

    answer = forms.ChoiceField(label=_("The customer's answer"), choices=YES_NO, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Who at the customer answered"), max_length=60)
    files = FilesField(required=False, label=_("The signed page"))


class NeedsRequestForm(OneTimeForm):
    """需求申请表."""

    text = forms.CharField(label=_("What is asked for"), widget=forms.Textarea(attrs={"rows": 4}), help_text=PRIVATE)
    files = FilesField(required=False, label=_("The signed need document"))

    def __init__(self, *args, has_document: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_document = has_document

    def clean_files(self):
        if not self.cleaned_data["files"] and not self.has_document:
            raise ValidationError(_("Attach the signed document: a photo is enough."))
        return self.cleaned_data["files"]


class LossForm(OneTimeForm):
    reason = forms.ChoiceField(label=_("Why it was lost"), choices=Loss)
    text = forms.CharField(label=_("In your words"), max_length=500)
