"""Mail in plain text. A refusal by 4xx is tried again, one by 5xx is not, and one of the address marks it."""

import datetime
import smtplib
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from .answers import Answer, Code, Outcome, general
from .letter import Letter, plain

CODES: dict[str, Code] = {}


def send(account, letter: Letter, *, at: datetime.datetime) -> Answer:
    """Sends one mail. Answers "connect" when the mail server as a whole takes nothing."""
    address = (account.url or (account.person.email if account.person else "")).strip()
    try:
        validate_email(address)
    except ValidationError:
        return general("no_address")
    connection = get_connection()
    message = _message(address, letter, connection)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException):
        return general("connect")
    try:
        if isinstance(getattr(connection, "connection", None), smtplib.SMTP):
            return _converse(connection.connection, message, address)
        connection.send_messages([message])
        return general("250")
    finally:
        connection.close()


def _message(address, letter, connection) -> EmailMessage:
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    subject = " ".join(letter.heading.split())
    return EmailMessage(subject, plain(letter), to=[address], headers=headers, connection=connection)


def _converse(smtp: smtplib.SMTP, message: EmailMessage, address: str) -> Answer:
    """Speaks SMTP (RFC 5321) step by step, so that it is known whether the text had left when it went wrong."""
    sender = parseaddr(message.from_email)[1]
    try:
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(sender)
        if code != 250:
            return _refused(code, said)
        code, said = smtp.rcpt(address)
        if code not in (250, 251):
            return _refused(code, said, broken=code >= 500)
    except (OSError, smtplib.SMTPException):
        return general("connect")
    try:
        code, said = smtp.data(message.message().as_bytes(linesep="\r\n"))
    except smtplib.SMTPDataError as error:  # the server did not even want the text
        return _refused(error.smtp_code, error.smtp_error)
    except TimeoutError:
        return general("timeout")
    except (OSError, smtplib.SMTPException):
        return general("reset")
    return general("250") if code == 250 else _refused(code, said)


def _refused(code, said, *, broken=False) -> Answer:
    outcome = Outcome.TRANSIENT if 400 <= code < 500 else Outcome.PERMANENT
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    return Answer(outcome, str(code), " ".join(text.split())[:150], broken=broken)
