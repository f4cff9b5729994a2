"""Code found in answers as models write them."""

import textwrap
from typing import Any

import pytest

from bakeoff.quality.grading.extract import MOST_CHARACTERS, code_of


def defined(answer: str, name: str = "double", prompt: str = "") -> Any:
    """The function that the code found defines."""
    found = code_of(answer, name, prompt=prompt)
    assert found.code is not None, found.why
    names: dict[str, Any] = {}
    exec(found.code, names)  # noqa: S102 -- the code of this test
    return names[name]


GOOD = "def double(x: int) -> int:\n    return 2 * x"
BAD = "def double(x: int) -> int:\n    return x"
ANSWERS = {
    "a fence with the language": f"```python\n{GOOD}\n```",
    "another name of the language": f"```py\n{GOOD}\n```",
    "in capitals, with attributes": f'```Python title="a.py"\n{GOOD}\n```',
    "no language": f"```\n{GOOD}\n```",
    "prose around": f"Sure! `double` doubles:\n\n```python\n{GOOD}\n```\n\nIt runs in O(1). Bye.",
    "waves": f"~~~python\n{GOOD}\n~~~",
    "four marks": f"````python\n{GOOD}\n````",
    "no end": f"Here:\n```python\n{GOOD}\n",
    "the end on the last line of the code": f"```python\n{GOOD}```",
    "Windows lines": f"```python\n{GOOD}\n```".replace("\n", "\r\n"),
    "an item of a list": "1. Do this:\n\n" + textwrap.indent(f"```python\n{GOOD}\n```", "   "),
    "beginning on an item": "- ```python\n" + textwrap.indent(GOOD, "  ") + "\n  ```",
    "the last of several": f"```python\n{BAD}\n```\nNo, wrong. Better:\n```python\n{GOOD}\n```",
    "examples after it": f"```python\n{GOOD}\n```\nUse:\n```python\nprint(double(2))\n```",
    "output after it": f"```python\n{GOOD}\n```\n```\n4\n```",
    "a stub after it": f"```python\n{GOOD}\n```\n```python\ndef double(x: int):\n    ...\n```",
    "a helper before it": (
        "```python\ndef add(a, b):\n    return a + b\n```\nthen\n"
        "```python\ndef double(x):\n    return add(x, x)\n```"
    ),
    "a helper after it": (
        "```python\ndef double(x):\n    return add(x, x)\n```\nwith\n"
        "```python\ndef add(a, b):\n    return a + b\n```"
    ),
    "helpers of helpers": (
        "```python\nTWO = 2\n```\n```python\ndef times(x):\n    return TWO * x\n```\n"
        "```python\ndef double(x):\n    return times(x)\n```"
    ),
    "an import of its own": (
        "```python\nfrom operator import mul\n```\n"
        "```python\ndef double(x):\n    return mul(2, x)\n```"
    ),
    "a draft that the helper stands in": (
        "```python\ndef add(a, b):\n    return a + b\n\n\ndef double(x):\n    return 0\n```\n"
        "```python\ndef double(x):\n    return add(x, x)\n```"
    ),
    "a method of a class": (
        "```python\nclass Solution:\n    def double(self, x) -> int:\n        return 2 * x\n```"
    ),
    "a static method": (
        "```python\nclass Answer:\n    @staticmethod\n    def double(x):\n        return 2 * x\n```"
    ),
    "a method with a helper": (
        "```python\nclass Solution:\n    def add(self, a, b):\n        return a + b\n\n"
        "    def double(self, x):\n        return self.add(x, x)\n```"
    ),
    "a name for a lambda": "```python\ndouble = lambda x: 2 * x\n```",
    "defined within an if": "```python\nif True:\n    def double(x):\n        return 2 * x\n```",
    "no fence": GOOD,
    "no fence, prose around": f"Here is the function:\n\n{GOOD}\n\nThis function returns 2 * x.",
    "no fence, imports": f"Sure.\nfrom typing import Any\nimport math\n\n{GOOD}\nDone: it works.",
    "no fence, prose that begins as code": f"from the task I take this.\n\n{GOOD}\n",
    "no fence, prose that looks like code above": f"x = the number to double\n\n{GOOD}\n",
    "no fence, prose that looks like code below": f"{GOOD}\n\n    which is what was asked for.\n",
    "no fence, prose that looks like code on both sides": (
        f"x = the number to double\n\n{GOOD}\n\n    which is what was asked for.\n"
    ),
    "an example that hides a built-in name": (
        "```python\nlen = 3\nprint(double(len))\n```\n"
        "```python\ndef double(x):\n    return x * len('ab')\n```"
    ),
    "no fence, a class": (
        "Solution below.\n\nclass Solution:\n    def double(self, x):\n        return 2 * x\n\nEnd."
    ),
    "no fence, a comment and a constant": f"# doubles\nTWO = 2\n\n{GOOD.replace('2', 'TWO')}\nok",
    "inline marks": f"`{GOOD}`",
    "marks of a chat template": f"<|im_start|>assistant\n```python\n{GOOD}\n```<|im_end|>",
    "an end of text": f"```python\n{GOOD}\n```</s>",
    "an end of text without a fence": f"{GOOD}<|endoftext|>",
    "reasoning with a draft": f"<think>\n```python\n{BAD}\n```\n</think>\n\n```python\n{GOOD}\n```",
    "channels": (
        f"<|channel|>analysis<|message|>```python\n{BAD}\n```<|end|>"
        f"<|start|>assistant<|channel|>final<|message|>```python\n{GOOD}\n```<|return|>"
    ),
    "a fence within the docstring": (
        '```python\ndef double(x):\n    """Doubles.\n\n    ```\n    double(2)\n    ```\n    """\n'
        "    return 2 * x\n```"
    ),
    "odd quotes in a text": '```python\ndef double(x):\n    q = \'"""\'\n    return 2 * x\n```\nX',
    "code fenced, the function not": f"```bash\npip install x\n```\n\n{GOOD}\n",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_code_is_found(answer: str) -> None:
    assert defined(answer)(21) == 42


def test_marks_within_the_code_stay() -> None:
    code = 'def mark(x):\n    return "<s>" + x + "</s>" + "<|end|>" + "[INST]"'
    assert defined(f"```python\n{code}\n```", "mark")("a") == "<s>a</s><|end|>[INST]"


def test_what_the_prompt_defines_may_be_used() -> None:
    prompt = (
        "Complete:\n```python\nfrom math import floor\n\ndef half(x):\n    return floor(x / 2)\n\n"
        "def quarter(x):\n    ...\n```"
    )
    answer = "```python\ndef quarter(x):\n    return half(half(x))\n```"
    assert defined(answer, "quarter", prompt)(9) == 2


def test_the_prompt_alone_is_no_answer() -> None:
    found = code_of("I do not know.", "double", prompt=f"```python\n{GOOD}\n```")
    assert found.code is None


def test_code_that_cannot_be_read_is_returned_as_it_is() -> None:
    code = "def double(x):\n    return 2 *"
    assert code_of(f"```python\n{code}\n```", "double").code == code


def test_a_draft_that_can_be_read_does_not_count_before_an_answer_that_cannot() -> None:
    broken = "def double(x):\n    return 2 *"
    found = code_of(f"```python\n{GOOD}\n```\n```python\n{broken}\n```", "double")
    assert found.code == broken


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("42", "no double is defined"),
        ("", "no double is defined"),
        ("The function double(x) returns 2 * x.", "no double is defined"),
        ("```python\ndef twice(x):\n    return 2 * x\n```", "no double is defined, only twice"),
        ("```python\nprint(double(2))\n```", "no double is defined"),
        ("x" * (MOST_CHARACTERS + 1), "the answer has more than 100000 characters"),
    ],
)
def test_an_answer_without_the_function_has_no_code(answer: str, why: str) -> None:
    found = code_of(answer, "double")
    assert found.code is None
    assert found.why == why


HOSTILE = {
    "many fences": "```\n" * (MOST_CHARACTERS // 4),
    "many blocks": "```\nx = 1\n```\n" * (MOST_CHARACTERS // 14),
    "many helpers": "".join(f"```\ndef f{n}():\n    return f{n + 1}()\n```\n" for n in range(2000))
    + "```\ndef double(x):\n    return f0()\n```",
    "deep brackets": "```\ndef double(x):\n    return " + "[" * 50_000 + "\n```",
    "deep dictionaries": "```\ndef double(x):\n    return " + "{1:" * 20_000 + "\n```",
    "deep signs": "```\ndef double(x):\n    return " + "-" * 90_000 + "1\n```",
    "long sum": "```\ndef double(x):\n    return " + "1+" * 45_000 + "1\n```",
    "long line without a fence": "def double(x): return " + "a=" * 45_000 + "1",
    "many lines without a fence": "def double(x):\n" + " x = 1\n" * 14_000 + "(",
    "equals": "def double(x):\n" + "a = (\n" * 16_000,
    "quotes": "```\ndef double(x):\n" + '"""' * 33_000 + "\n```",
    "spaces": " " * 99_000 + "```",
    "colons": "a" + " :" * 49_000 + "\ndef double(x): ...",
    "marks": "<|" + "a" * 99_000,
    "null": "```\ndef double(x):\n    return '\x00'\n```",
    "surrogate": "```\ndef double(x):\n    return '\ud800'\n```",
    "many decorators": "```\n" + "@x\n" * 30_000 + "def double(x): ...\n```",
    "attributes": "```\ndef double(x):\n    return x" + ".a" * 45_000 + "\n```",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_hostile_answers_neither_raise_nor_take_long(answer: str) -> None:
    found = code_of(answer, "double")
    assert (found.code is None) == (found.why is not None)
