"""Files on a lead: what is taken, who opens them, how they are served."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.actions import return_to_pool
from salesops.documents.models import Content, Upload
from salesops.documents.types import Type, type_of
from salesops.web.forms.once import new_token
from tests.sop.world import local

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def office(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def send(client, lead, *files):
    return client.post(f"/leads/{lead.pk}/files/", {"once": new_token(), "files": files})


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"\xff\xd8\xff\xe0", "名片.jpg", Type.JPEG),
        (b"\0\0\0\x18ftypheic\0\0", "IMG_0001.HEIC", Type.HEIC),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a.webp", Type.WEBP),
        (b"%PDF-1.7", "合同.pdf", Type.PDF),
        (office("[Content_Types].xml", "word/document.xml"), "需求.docx", Type.DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), "报价.xlsx", Type.XLSX),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏.docm", None),
        (office("run.exe"), "a.docx", None),
        (b"PK\x03\x04broken", "a.docx", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧合同.doc", Type.DOC),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "setup.msi", None),
        (b"MZ\x90\0", "照片.jpg", None),
        (b"<html><script>", "页面.html", None),
        (b"<svg onload=x>", "图.png", None),
        ("客户".encode("gb18030"), "纪要.txt", Type.TEXT),
    ],
)
def test_a_file_is_what_its_bytes_say(data, name, found):
    assert type_of(data, name) == found


def test_files_are_kept_listed_told_and_served_as_they_were_sent(lead, client):
    send(client, lead, SimpleUploadedFile("现场.png", PNG), SimpleUploadedFile("..\\需求.txt", "要三台".encode()))
    picture, text = Upload.objects.order_by("pk")
    assert (text.name, text.about, text.file) == ("需求.txt", lead.ref, lead.ref)
    shown, saved = client.get(f"/files/{picture.pk}/"), client.get(f"/files/{text.pk}/")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert "需求.txt" in client.get(f"/leads/{lead.pk}/files/").content.decode()
    assert "需求.txt" in client.get(f"/leads/{lead.pk}/").content.decode()


def test_what_is_not_taken_says_so_and_nothing_is_kept(lead, client, settings):
    answer = send(client, lead, SimpleUploadedFile("ok.png", PNG), SimpleUploadedFile("工具.exe", b"MZ\x90\0"))
    assert answer.status_code == 422
    assert "工具.exe" in answer.content.decode()
    settings.UPLOAD_MEGABYTES = 0
    assert send(client, lead, SimpleUploadedFile("ok.png", PNG)).status_code == 422
    assert not Upload.objects.exists()


def test_nobody_opens_files_of_a_lead_that_waits_in_the_pool(firm, lead, client):
    send(client, lead, SimpleUploadedFile("现场.png", PNG))
    url = f"/files/{Upload.objects.get().pk}/"
    return_to_pool(lead, reason="不做了", by=firm.wang, at=local("2026-03-02 11:00"))
    client.force_login(firm.min)
    assert client.get(f"/leads/{lead.pk}/").status_code == 200
    assert client.get(url).status_code == 404
    assert client.get(f"/leads/{lead.pk}/files/").status_code == 403


def test_only_who_has_put_it_there_removes_it(firm, lead, client):
    send(client, lead, SimpleUploadedFile("现场.png", PNG))
    url = f"/files/{Upload.objects.get().pk}/removal/"
    client.force_login(firm.li)
    assert client.post(url, {"once": new_token()}).status_code == 404
    client.force_login(firm.wang)
    client.post(url, {"once": new_token()})
    assert not Content.objects.exists()


def test_the_list_costs_the_same_however_many_there_are(lead, client, django_assert_max_num_queries):
    send(client, lead, *(SimpleUploadedFile(f"{n}.png", PNG) for n in range(9)))
    client.get("/me/")
    with django_assert_max_num_queries(12):
        client.get(f"/leads/{lead.pk}/files/")
