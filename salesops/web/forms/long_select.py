from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe


class LongSelect(forms.Select):
    """A select of hundreds of choices without groups: Django renders a template for each of them."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen, marks = str(value or ""), ("", mark_safe(" selected"))
        choices = ((key, marks[str(key) == chosen], label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', choices)
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), options
        )
