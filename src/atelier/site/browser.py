"""Find the Chromium that drives the browser tests, or get one, or say how to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIX = (
    "No Chromium on this machine. Install one of:\n"
    "    sudo apt-get install chromium\n"
    "    .venv/bin/playwright install chromium\n"
    "or set CHROMIUM to the path of one."
)
FLAGS = (
    "--no-sandbox",  # Chromium refuses its sandbox to root, which CI often is
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> Path | None:
    """The Chromium of `$CHROMIUM`, of the machine, or of Playwright, in this order."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).is_file() else None
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


def install_browser() -> bool:
    """Install Debian's Chromium when root, else Playwright's own; tell whether a command passed."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        commands.insert(0, ["sh", "-c", "apt-get update -q && apt-get install -y -q chromium"])
    for command in commands:
        print("── Chromium:", " ".join(command), flush=True)
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return True
    return False


def main() -> int:
    """Make sure that there is a browser; print where, or how to get one."""
    browser = find_browser()
    if browser is None and install_browser():
        browser = find_browser()
    if browser is None:
        print(FIX, file=sys.stderr)
        return 1
    print(f"── Chromium: {browser}")
    return 0
