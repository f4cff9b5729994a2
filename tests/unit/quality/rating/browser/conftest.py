"""Fixtures: Chromium without a network, and somebody who rates in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests import browser as chromium

#: Does something with the sessions that the browser has kept.
_SESSIONS = """
    const done = [...arguments].at(-1);
    const opening = indexedDB.open("bakeoff-rating");
    opening.onsuccess = () => {{
        const transaction = opening.result.transaction("sessions", "{}");
        const request = transaction.objectStore("sessions").{};
        transaction.oncomplete = () => {{ opening.result.close(); done(request.result); }};
    }};
"""
_SETTLED = "return document.querySelector('#saved')?.textContent !== 'Saving …'"


@dataclass(frozen=True)
class Visitor:
    """Somebody who opens a page and rates on it."""

    browser: webdriver.Chrome

    def arrive(self, page: Path, **size: Any) -> None:
        """Open the page as somebody who has never seen it."""
        self._leave()
        self.forget()
        self.open(page, **size)

    def forget(self) -> None:
        """Have the browser forget all that it has kept."""
        told = {"origin": "file:///", "storageTypes": "indexeddb"}
        self.browser.execute_cdp_cmd("Storage.clearDataForOrigin", told)

    def open(self, page: Path, *, width: int = 1280, scheme: str = "light") -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        media = {"media": "", "features": [feature]}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        downloads = {"behavior": "allow", "downloadPath": str(page.parent)}
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", downloads)
        self._leave()
        for log in ("browser", "performance"):
            self.browser.get_log(log)
        self.browser.get(page.as_uri())
        self._wait("return document.querySelector('main > :not([hidden])') !== null")

    @contextmanager
    def with_script(self, script: str) -> Iterator[None]:
        """Run a script before those of every page that is opened in here."""
        added = self.browser.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": script}
        )
        try:
            yield
        finally:
            self.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def click(self, selector: str) -> None:
        self.browser.find_element(By.CSS_SELECTOR, selector).click()

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def kept(self) -> list[Any]:
        """Return the sessions that the browser has kept."""
        return list(self.browser.execute_async_script(_SESSIONS.format("readonly", "getAll()")))

    def put(self, place: str, session: Any) -> None:
        """Keep a session for the page."""
        self.browser.execute_async_script(
            _SESSIONS.format("readwrite", "put(arguments[0], arguments[1])"), session, place
        )

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0]).textContent", selector))

    def saved(self) -> str:
        """Return what the page says of what it keeps, once that is decided."""
        self._wait(_SETTLED)
        return self.text("#saved")

    def download(self, folder: Path) -> Path:
        """Return the file that the browser has saved."""
        WebDriverWait(self.browser, 20).until(
            lambda _: [path for path in folder.glob("rater-*.json") if path.stat().st_size]
        )
        (path,) = folder.glob("rater-*.json")
        return path

    def complaints(self) -> list[Any]:
        """Return what the console says."""
        return list(self.browser.get_log("browser"))

    def requests(self) -> list[str]:
        """Return what was asked for since the page was opened."""
        return chromium.asked_for(self.browser)

    def _leave(self) -> None:
        """Leave the page when it has kept what was said."""
        self._wait(_SETTLED)
        self.browser.get("about:blank")

    def _wait(self, script: str) -> None:
        WebDriverWait(self.browser, 20).until(lambda _: self.run(script))


@pytest.fixture(scope="session")
def visitor() -> Iterator[Visitor]:
    """A visitor whose browser reaches no network."""
    with chromium.chromium() as driver:
        yield Visitor(driver)
