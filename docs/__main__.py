"""python -m docs: takes the README's screenshots anew, of a demo company of their own (make screenshots)."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from demo import PASSWORD
from tests.browser import environment, executable

FOLDER = Path(__file__).parent / "screenshots"
SIZES = {"desktop": {"width": 1366, "height": 768}, "phone": {"width": 360, "height": 740}}
PERSON = "linfang"
START_WITHIN = 240  # seconds


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        own = {"SALESOPS_DATA": folder, "PORT": str(port)}
        product = subprocess.Popen([sys.executable, "-m", "salesops.serve", "--demo"], env=kept | own)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            _take_all(url)
        finally:
            product.send_signal(signal.SIGINT)
            product.wait(60)


def _wait(url: str) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5)
            return
        except (OSError, urllib.error.URLError):
            time.sleep(1)
    raise TimeoutError("The product did not answer.")


def _take_all(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), env=environment(), args=["--no-sandbox"])
        for size, viewport in SIZES.items():
            phone = size == "phone"
            context = browser.new_context(
                viewport=viewport, is_mobile=phone, has_touch=phone, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            _take(context.new_page(), url, size)
        browser.close()


def _take(page: Page, url: str, size: str) -> None:
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", PERSON)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "login" not in address)
    if page.locator(".tour button").count():
        page.locator(".tour button").click()
    for name, path in (("my_day", "/today/"), ("rules", "/sop/")):
        page.goto(url + path)
        page.screenshot(path=FOLDER / f"{name}-{size}.png")
    page.goto(f"{url}/leads/")
    page.locator("[data-row] a").nth(4).click()
    page.wait_for_url("**/leads/*/")
    page.screenshot(path=FOLDER / f"detail-{size}.png")


if __name__ == "__main__":
    main()
