"""The way to a webhook: https to a listed public host, no redirects, a short timeout (OWASP ASVS 1.3.6, SSRF)."""

import ipaddress
import json
import logging
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import requests
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter

from .answers import UNKNOWN_CODE, Answer, Code, Outcome, by_status, general, of_code

# At DEBUG it logs the path of each request, and the path holds the bot's key.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

TIMEOUT = (3, 8)  # seconds to connect, seconds between bytes
LARGEST_ANSWER = 64 * 1024


class Refused(Exception):
    def __init__(self, code: str):
        self.code = code


class _Pinned(HTTPAdapter):
    """Connects to the address that was checked, whatever the name resolves to a moment later."""

    def __init__(self, host: str, address: str):
        super().__init__(max_retries=0)
        self._host, self._address = host, address

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        where, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        where["host"] = self._address
        if where["scheme"] == "https":
            tls |= {"server_hostname": self._host, "assert_hostname": self._host}
        return where, tls


def check(url: str) -> str:
    """The network address behind an allowed `url`, to be called as it is; raises Refused otherwise."""
    host, port, named = listed(url)
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError:
        raise Refused("connect") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not named and not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise Refused("private")
    return next((address for address in addresses if ":" not in address), addresses[0])


def listed(url: str) -> tuple[str, int | None, bool]:
    """Host and port of an allowed `url`, and whether its whole origin is listed; raises Refused otherwise.

    BOT_HOSTS holds host names, reached by https at public addresses alone, and whole origins
    ("http://10.0.0.5:8080"), which the administrator of the server has named on purpose.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("host") from None
    host = parts.hostname or ""
    named = f"{parts.scheme}://{host}" + (f":{port}" if port else "") in settings.BOT_HOSTS
    public = parts.scheme == "https" and host in settings.BOT_HOSTS and port in (None, 443)
    if "@" in parts.netloc or not (named or public):
        raise Refused("host")
    return host, port, named


def post(
    url: str,
    payload: Mapping,
    *,
    params: Mapping[str, str] | None = None,
    code_of: Callable[[dict], tuple[object, str]],
    codes: Mapping[str, Code],
) -> Answer:
    """Posts JSON once and says what came of it. Never raises, never logs the address: it holds the key.

    The vendors answer HTTP 200 also when they refuse: only `code_of(body)`, a code and what was said, counts.
    """
    try:
        reply = _post(url, payload, params)
    except Refused as refused:
        return general(refused.code)
    except (requests.ConnectTimeout, requests.exceptions.SSLError):
        return general("connect")
    except requests.Timeout:
        return general("timeout")
    except requests.ConnectionError as error:
        left = error.args and isinstance(error.args[0], urllib3.exceptions.ProtocolError)
        return general("reset" if left else "connect")
    except (requests.RequestException, urllib3.exceptions.HTTPError):  # the latter while the answer is read
        return general("reset")
    return _judge(*reply, code_of, codes)


def _post(url, payload, params) -> tuple[int, bytes]:
    address = check(url)
    host = urlsplit(url).netloc
    with requests.Session() as session:
        session.trust_env = False  # no proxy, no .netrc: the address that was checked is the one that is called
        session.mount(url.split("://")[0] + "://", _Pinned(urlsplit(url).hostname or "", address))
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Host": host}
        with session.post(
            url, data=body, params=params, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as response:
            return response.status_code, response.raw.read(LARGEST_ANSWER, decode_content=True)


def _judge(status, body, code_of, codes) -> Answer:
    try:
        code, said = code_of(json.loads(body))
        code = int(code)
    except (ValueError, TypeError, KeyError, AttributeError):
        answer = by_status(status)
        return general("not_json") if answer.outcome == Outcome.OK or status < 300 else answer
    if code == 0:
        return general("0") if status == 200 else by_status(status)
    if status == 429:
        return by_status(status)
    known = codes.get(str(code))
    if known is None and status >= 500:
        return by_status(status)
    return of_code(known or UNKNOWN_CODE, str(code), str(said)[:150])
