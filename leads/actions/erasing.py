"""Erasing a person at a customer (个人信息保护法, article 47): who they were goes, what was done stays and counts.

Name, number, mail and WeChat are removed from the contact, from its history, from changed fields, letters and imported
rows, and from the words that people have written about this customer. Events hold ids only and stay.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leads import identity
from leads.models import Contact, Customer, FieldChange, ImportRow, Lead, Letter
from salesops.encryption import EncryptedTextField
from salesops.events.recording import record
from salesops.people.models import User

from .customers import locked_customer
from .exporting import drop_with

MARK = "［已删除］"
SHORTEST = 2  # letters of a name that is looked for in texts
_KEYS = ("name_key", "pinyin", "pgh_label")
_BLANK = {"name": "", "title": "", "phone_index": "", "email_index": ""}


def found_about(contact: Contact) -> dict[str, int]:
    """Where the person stands, by the name of the kind of record: what erasing will clear."""
    history = _history(contact)
    found = {str(Contact._meta.verbose_name): 1, _label(history.model): history.count()}
    found |= {_label(rows.model): rows.count() for rows, _values in _private(contact)}
    for rows, _fields, _pattern in _mentions(contact):
        others = rows.exclude(pgh_obj_id=contact.pk) if rows.model is history.model else rows
        found[_label(rows.model)] = found.get(_label(rows.model), 0) + others.count()
    return {label: count for label, count in found.items() if count}


def _label(model) -> str:
    """What records of a model are called; those of a history after what they are earlier states of."""
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is None:
        return str(model._meta.verbose_name_plural)
    return _("earlier states of %(records)s") % {"records": tracked._meta.verbose_name_plural}


@transaction.atomic
def erase_contact(contact: Contact, *, by: User, at: datetime) -> int:
    """Erases the person for good; returns in how many other rows. Exports that wait to be taken go too."""
    locked_customer(contact.customer, at)
    contact = Contact.objects.select_for_update(of=("self",)).select_related("customer").get(pk=contact.pk)
    changed = 0
    for rows, fields, pattern in _mentions(contact):
        for row in rows.only("pk", *fields):
            _strike(row, fields, pattern)
            changed += 1
    for rows, values in _private(contact):
        changed += rows.update(**values)
    drop_with(list(contact.leads.values_list("pk", flat=True)), at=at)
    contact.name = contact.title = contact.phone = contact.email = contact.wechat = ""
    contact.save()
    # After the save, whose trigger adds one more row.
    changed += _history(contact).update(**_BLANK)
    refs = {"contact": contact.pk, "customer": contact.customer_id}
    record("contact.erased", at=at, by=by, refs=refs, data={"rows": changed}, file=contact.customer.ref)
    return changed


def _history(contact: Contact) -> QuerySet:
    return apps.get_model("leads.ContactEvent").objects.filter(pgh_obj_id=contact.pk)


def _private(contact: Contact) -> Iterator[tuple[QuerySet, dict]]:
    """What is only about this person, with the values that clear it."""
    yield FieldChange.objects.filter(contact=contact), {"before": "", "after": ""}
    yield Letter.objects.filter(contact=contact), {"subject": MARK, "body": "", "invitation": "", "next_at": None}
    rows = ImportRow.objects.filter(lead__contact=contact)
    yield rows, {"content": "", "differing": "", "applied": "", "keys": []}


def _mentions(contact: Contact) -> Iterator[tuple[QuerySet, list[str], re.Pattern]]:
    """The texts about this customer in which the person is named, kind by kind."""
    pattern = _pattern(contact)
    if pattern is None:
        return
    for model in apps.get_app_config("leads").get_models():
        path, fields = _path(model), _texts(model)
        if path and fields and model is not Contact:
            words = Q()
            for field in fields:
                words |= Q(**{f"{field}__iregex": pattern.pattern})
            yield model._base_manager.filter(words, **{path: contact.customer_id}).order_by("pk"), fields, pattern


def _pattern(contact: Contact) -> re.Pattern | None:
    """Name, number, mail and WeChat in a text; between the digits of a number may be spaces and hyphens."""
    words = [re.escape(word) for word in (contact.name, contact.email, contact.wechat) if len(word.strip()) >= SHORTEST]
    if digits := re.sub(r"\D", "", identity.phone_digits(contact.phone)):
        words.append("[ -]*".join(digits))
    return re.compile("|".join(words), re.IGNORECASE) if words else None


def _path(model: type[models.Model]) -> str:
    """The look-up that leads from a record to its customer, over at most two others; "" where none does."""
    if model is Lead:
        return "customer"
    steps = [("", model)]
    for _depth in range(3):
        following = []
        for prefix, each in steps:
            for field in each._meta.local_fields:
                if isinstance(field, models.ForeignKey) and field.related_model in (Customer, Lead):
                    return f"{prefix}{field.name}" + ("" if field.related_model is Customer else "__customer")
                if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label == "leads":
                    following.append((f"{prefix}{field.name}__", field.related_model))
        steps = following
    return ""


def _texts(model: type[models.Model]) -> list[str]:
    """The fields in which people write. Encrypted ones are in `_private`; codes, keys and hashes hold no words."""
    return [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, EncryptedTextField)
        and not field.choices
        and not field.name.endswith("_index")
        and field.name not in _KEYS
    ]


def _strike(row: models.Model, fields: list[str], pattern: re.Pattern) -> None:
    new = {}
    for name in fields:
        text = getattr(row, name) or ""
        struck = pattern.sub(MARK, text)
        if struck != text:
            new[name] = struck[: row._meta.get_field(name).max_length]
    type(row)._base_manager.filter(pk=row.pk).update(**new)
