"""Key rotation: everything comes under the newest key, in batches, again and again, and the old key can go."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from leads.duplicates import matches
from leads.models import Contact, Customer, ImportFile, LeadImport
from salesops import rotating
from salesops.encryption import EncryptedBytesField, EncryptedTextField, blind_index, encrypt
from salesops.people.models import User
from salesops.people.signin.adapters import SecondFactorAdapter
from tests.company import company
from tests.sop.world import local

pytestmark = pytest.mark.django_db
OLD, NEW = "o" * 40, "n" * 40
NOW = local("2026-03-02 10:00")


@pytest.fixture
def stored(settings):
    settings.FIELD_KEYS = [OLD]
    firm = company()
    firm.customer = Customer.objects.create(name="克来机电", created_at=NOW)
    for n in range(7):
        Contact.objects.create(customer=firm.customer, name=f"蒋{n}", phone=f"1390000000{n}", email=f"a{n}@b.cn")
    User.objects.filter(pk=firm.wang.pk).update(mobile="13811112222")
    Authenticator.objects.create(user=firm.wang, type="totp", data={"secret": encrypt("JBSWY3DP")})
    draft = LeadImport.objects.create(file_name="a.csv", by=firm.zhou, at=NOW, digest="x")
    ImportFile.objects.create(lead_import=draft, number=0, content="甲,乙".encode())
    settings.FIELD_KEYS = [NEW, OLD]
    return firm


def raw(model, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def readable():
    assert [contact.phone for contact in Contact.objects.order_by("pk")][:2] == ["13900000000", "13900000001"]
    assert User.objects.get(username="wang").mobile == "13811112222"
    assert bytes(ImportFile.objects.get().content) == "甲,乙".encode()
    assert SecondFactorAdapter().decrypt(Authenticator.objects.get().data["secret"]) == "JBSWY3DP"


def run(**options):
    call_command("rotate_keys", batch=3, **options)


def test_a_dry_run_counts_and_changes_nothing(stored, capsys):
    before = raw(Contact, "phone")
    run(dry_run=True)
    said = capsys.readouterr().out
    assert "leads.Contact: 7 rows, 7 under an older key, 0 unreadable" in said
    assert "mfa.Authenticator: 1 rows, 1 under an older key" in said
    assert raw(Contact, "phone") == before


def test_everything_comes_under_the_newest_key_and_a_second_run_finds_nothing_to_do(stored, capsys, settings):
    run()
    once = raw(Contact, "phone")
    readable()
    capsys.readouterr()
    run()
    assert "leads.Contact: 7 rows, 0 renewed" in capsys.readouterr().out
    assert raw(Contact, "phone") == once
    settings.FIELD_KEYS = [NEW]
    readable()


def test_a_run_that_was_stopped_is_gone_on_with(stored, monkeypatch, settings):
    renewed, calls = rotating.renewed, []

    def breaks(token):
        calls.append(token)
        if len(calls) > 12:  # in the second batch of contacts
            raise KeyboardInterrupt
        return renewed(token)

    monkeypatch.setattr(rotating, "renewed", breaks)
    with pytest.raises(KeyboardInterrupt):
        run()
    readable()
    monkeypatch.setattr(rotating, "renewed", renewed)
    run()
    settings.FIELD_KEYS = [NEW]
    readable()


def test_with_the_indexes_the_old_key_can_go_and_numbers_are_still_found(stored, settings):
    run()
    assert matches(phone="13900000003")
    run(indexes=True)
    settings.FIELD_KEYS = [NEW]
    assert Contact.objects.get(phone_index=blind_index("13900000003")).name == "蒋3"
    assert matches(phone="13900000003")
    assert Contact.objects.get(email_index=blind_index("a5@b.cn")).name == "蒋5"


def test_a_key_that_is_missing_is_said_and_nothing_is_lost(stored, settings):
    before = raw(Contact, "phone")
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CommandError, match="fit no key"):
        run()
    assert raw(Contact, "phone") == before


def test_no_encrypted_field_and_no_index_is_forgotten():
    fields = [field for model in apps.get_models() for field in model._meta.local_fields]
    assert {type(field) for field in fields if "ncrypted" in type(field).__name__} == {
        EncryptedTextField,
        EncryptedBytesField,
    }
    indexes = {f"{field.model._meta.label}.{field.name}" for field in fields if field.name.endswith("_index")}
    named = {
        f"{model._meta.label}.{name}" for model in apps.get_models() for name in model.__dict__.get("blind_indexes", {})
    }
    assert {name for name in indexes if "Event." not in name} == named
