"""Chromium without a network, as tests look at pages with it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

_CHROMIUM, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
_NONE = "no chromium and chromedriver: apt-get install chromium chromium-driver"
#: Marks of tests that need a browser.
NEEDED = [pytest.mark.browser, pytest.mark.skipif(not (_CHROMIUM and _DRIVER), reason=_NONE)]
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_DRAWN = """
    return [...document.querySelectorAll('.chart-plot')].every(
        plot => plot.querySelector('svg.marks, svg'))
"""


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """Open a browser that logs what it says and what it asks a network for."""
    if not (_CHROMIUM and _DRIVER):
        pytest.skip(_NONE)
    options = Options()
    options.binary_location = _CHROMIUM
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(_DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def show(browser: webdriver.Chrome, path: Path, *, width: int, scheme: str = "light") -> None:
    """Open a page in a window of 900 px height, and wait until its charts are drawn."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [feature]})
    browser.get("about:blank")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(path.as_uri())
    WebDriverWait(browser, 60).until(lambda driver: driver.execute_script(_DRAWN))


def asked_for(browser: webdriver.Chrome) -> list[str]:
    """Return the addresses that the page since it was shown asked for, its own included."""
    logged: list[dict[str, Any]] = browser.get_log("performance")
    events = [json.loads(entry["message"])["message"] for entry in logged]
    return [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
