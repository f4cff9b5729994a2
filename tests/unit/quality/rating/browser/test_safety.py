"""The page in Chromium with the network cut: hostile answers stay text."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
#: What a model may write to break out of the page, or to fool its reader.
HOSTILE = (
    "</script><script>window.broken = 1; alert(1)</script>",
    "<img src=x onerror=\"window.broken = 2\"><svg onload=alert(2)><iframe srcdoc='<script>'>",
    "<!-- <script> {{ 7 * 7 }} {% raw %} ${alert(3)} \u2028window.broken = 3\u2029 \\u003c/script>",
    "\u202eesrever ni si siht\u2066 and never closed",
    "]]></style><style>*{display:none}</style><base href='http://example.invalid/'>",
    '<form action="http://example.invalid"><input autofocus onfocus=alert(4)><a href=javascript:1>',
    "a hundred kilobytes " * 5000,
    "unbroken" * 1000,
    "",
)


@pytest.fixture
def hostile(study: Any) -> Any:
    """The study with answers that want to harm the page."""
    study.write(
        len(HOSTILE), lambda name, number: HOSTILE[(number + (name == "model-beta")) % len(HOSTILE)]
    )
    study.make_pages(raters=1)
    return study


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_answers_are_shown_as_text(visitor: Any, hostile: Any, width: int) -> None:
    page = hostile.rating / "rater-1.html"
    visitor.arrive(page, width=width)
    tags = "return document.querySelectorAll('*').length"
    before = visitor.run(tags)
    shown = set()
    for turn in range(len(HOSTILE)):
        if turn == 0:
            visitor.click("#start")
        else:
            visitor.press("n")
        shown |= {visitor.text("#answer-left"), visitor.text("#answer-right")}
        assert visitor.run("return document.documentElement.scrollWidth") <= width
        sideways = visitor.run("""
            return [...document.querySelectorAll('#rate .text')]
                .filter(box => box.scrollWidth > box.clientWidth).map(box => box.id)
        """)
        assert sideways == []
        title = visitor.run(
            "return document.querySelector('#title-left').getBoundingClientRect().height"
        )
        assert title > 0
    assert shown == {*HOSTILE[:-1], "This answer is empty."}
    assert visitor.run(tags) == before
    assert visitor.run("return [window.broken, document.baseURI]") == [
        None,
        page.as_uri(),
    ]
    assert visitor.complaints() == []
    assert visitor.requests() == [page.as_uri()]


def test_the_policy_holds_even_against_the_page_itself(visitor: Any, study: Any) -> None:
    visitor.arrive(study.rating / "rater-1.html")
    refused = visitor.run("""
        const refused = [];
        try { document.body.innerHTML = '<b>x</b>'; } catch { refused.push('markup'); }
        const script = document.createElement('script');
        try { script.textContent = 'window.broken = 1'; } catch { refused.push('script'); }
        document.body.append(script);
        if (!window.broken) refused.push('run');
        return refused;
    """)
    assert refused == ["markup", "script", "run"]
    reached = visitor.browser.execute_async_script("""
        fetch('http://127.0.0.1:9/').then(() => arguments[0](true), () => arguments[0](false));
    """)
    assert reached is False
    assert "violates the following Content Security Policy" in str(visitor.complaints())
    assert visitor.requests() == [(study.rating / "rater-1.html").as_uri()]
