"""The page in Chromium: for every eye, and for those who use none."""

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.browser


def test_keys_can_be_switched_off(visitor: Any, study: Any) -> None:
    page = study.rating / "rater-1.html"
    visitor.arrive(page)
    visitor.click("#shortcuts")
    visitor.click("#start")
    checked = "return document.querySelectorAll('#rate input:checked').length"
    visitor.press("5", "t", "n")
    assert visitor.run(checked) == 0
    assert visitor.text("#where") == "Pair 1 of 4"
    visitor.open(page)
    visitor.press("5")
    assert visitor.run(checked) == 0
    # The browser's own keys still work on radio buttons.
    visitor.click("[data-side=left][data-criterion=style] label:nth-child(2)")
    visitor.press(Keys.ARROW_RIGHT)
    assert visitor.run("return document.activeElement.value") == "3"
    assert visitor.run(checked) == 1


def test_every_control_has_a_name(visitor: Any, study: Any) -> None:
    visitor.arrive(study.rating / "rater-1.html")
    visitor.click("#start")
    nodes = visitor.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named: dict[str, list[str]] = {}
    for node in nodes:
        if not node["ignored"]:
            role, name = node["role"]["value"], node.get("name", {}).get("value", "")
            named.setdefault(role, []).append(name)
    labels = ("Coherence", "Logic", "Style", "Originality", "Constraints")
    assert named["radiogroup"] == [
        *(f"Answer {letter} {label}" for letter in "AB" for label in labels),
        "Which do you prefer?",
    ]
    assert named["radio"] == [*"12345"] * 10 + [
        "A is better",
        "About equal",
        "B is better",
        "Both bad",
    ]
    assert named["region"] == ["Pair 1 of 4", "Answer A", "Answer B"]
    assert named["textbox"] == ["Comment optional"]
    assert named["progressbar"] == ["0 of 4 pairs rated"]
    assert all(named["button"])
    assert visitor.run("return document.activeElement.id") == "where"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_colour_schemes(visitor: Any, study: Any, scheme: str) -> None:
    visitor.arrive(study.rating / "rater-1.html", scheme=scheme)
    visitor.click("#start")
    visitor.press(*"123", "a")
    visitor.run(
        "for (const part of document.querySelectorAll('section')) "
        "part.hidden = false; document.querySelector('details').open = true"
    )
    ratios = visitor.browser.execute_async_script("""
        const light = colour => {
            const rgb = colour.match(/[\\d.]+/g).slice(0, 3).map(part => {
                const share = part / 255;
                return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        };
        const behind = part => {
            for (let at = part; at; at = at.parentElement) {
                const colour = getComputedStyle(at).backgroundColor;
                if (!/, 0\\)$/.test(colour)) return colour;
            }
        };
        const measure = () => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) {
                const part = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || !part.getClientRects().length) continue;
                if (part.closest(':disabled')) continue;
                const [a, b] = [getComputedStyle(part).color, behind(part)].map(light);
                found.push([part.textContent.trim().slice(0, 30),
                            (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
            }
            return found;
        };
        setTimeout(() => arguments[0](measure()), 400);
    """)
    assert len(ratios) > 100
    assert [(text, ratio) for text, ratio in ratios if ratio < 4.5] == []
