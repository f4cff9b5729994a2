"""The arithmetic and money templates against simulations and cases by hand."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from bakeoff.quality.suites.math import arithmetic, money
from tests.unit.quality.math_checks import check_hand, check_templates


def _stock(drawn: dict[str, Any]) -> int:
    """Keep every single thing in a list."""
    stock = list(range(drawn["begin"]))
    for kind, *numbers in drawn["steps"]:
        if kind == "delivered":
            for _ in range(numbers[0]):
                stock += [0] * numbers[1]
        elif kind == "returned":
            stock += [0] * numbers[0]
        elif kind == "sold":
            assert len(stock) > numbers[0]
            del stock[: numbers[0]]
        else:
            assert len(stock) % numbers[0] == 0
            del stock[:: numbers[0]]
    return len(stock)


def _chain(drawn: dict[str, Any]) -> Fraction:
    """Keep numerator and denominator apart."""
    above, below = drawn["begin"], 1
    for verb, operand in drawn["steps"]:
        if verb == "add":
            above += operand * below
        elif verb == "subtract":
            above -= operand * below
        elif verb == "multiply":
            above *= operand
        else:
            below *= operand
    return Fraction(above, below)


def _expression(drawn: dict[str, Any]) -> int:
    """Let Python evaluate what the question shows."""
    question = arithmetic.TEMPLATES[2].prompt(drawn).split("\n")[0]
    shown = question.removeprefix("What is the value of ").removesuffix("?").replace("×", "*")
    assert not set(shown) - set("0123456789+-*() ")
    return int(eval(shown))  # noqa: S307 -- digits and operators alone, as the line above checks


def _book(drawn: dict[str, Any]) -> Fraction:
    """Find the smallest book whose days come out in whole pages, and count its pages."""
    pages = 1
    while True:
        left = Fraction(pages)
        for above, below in drawn["parts"]:
            left = left * (below - above) / below
        if left.denominator == 1 and left == drawn.get("pages_left", left):
            return Fraction(pages) if "pages_left" in drawn else left / pages
        pages += 1


def _receipt(drawn: dict[str, Any]) -> Fraction:
    """Take every single thing's discount, in tenths of a cent."""
    paid = drawn["paid_dollars"] * 1000
    for _, count, cents in drawn["lines"]:
        for _ in range(count):
            paid -= cents * 10 - cents * drawn["discount_percent"] // 10
    return Fraction(paid, 1000)


def _percentages(drawn: dict[str, Any]) -> Fraction:
    price = Decimal(drawn["price_dollars"])
    for change in drawn["changes_percent"]:
        price += price * change / 100
    if drawn["asked"] == "end":
        return Fraction(price)
    assert f"It is then {price:.2f} dollars" in money.TEMPLATES[1].prompt(drawn)
    for change in reversed(drawn["changes_percent"]):
        price = price / (Decimal(100 + change) / 100)
    return Fraction(price.quantize(Decimal("0.0001")))


def _savings(drawn: dict[str, Any]) -> Fraction:
    """Live through it year by year, and round as the question says."""
    with localcontext(prec=60):
        account = Decimal(drawn["begin_dollars"])
        for _ in range(drawn["years"]):
            account += account * drawn["tenths_percent"] / 1000
            account += drawn["yearly_dollars"]
        return Fraction(account.quantize(Decimal("0.01"), ROUND_HALF_UP))


ARITHMETIC = {
    "stock_after_steps": _stock,
    "number_chain": _chain,
    "nested_expression": _expression,
    "parts_of_a_book": _book,
}
MONEY = {
    "change_from_receipt": _receipt,
    "successive_percentages": _percentages,
    "savings": _savings,
}
ARITHMETIC_BY_HAND = [
    (  # 40 + 3 x 20 = 100; a quarter leaves 75; 75 - 30 + 5
        "stock_after_steps",
        {
            "goods": "toys",
            "begin": 40,
            "steps": [["delivered", 3, 20], ["moved", 4], ["sold", 30], ["returned", 5]],
        },
        (
            "A warehouse has 40 toys in stock. 3 boxes with 20 toys each are delivered. Then a "
            "quarter of the toys in stock are moved elsewhere. 30 toys are sold. Customers bring "
            "back 5 toys, which go into stock again. How many toys are in stock in the end?"
        ),
        "50",
    ),
    (  # (7 x 3 - 5) / 6
        "number_chain",
        {"begin": 7, "steps": [["multiply", 3], ["subtract", 5], ["divide", 6]]},
        (
            "Start with the number 7, then multiply by 3, then subtract 5, then divide by 6. Each "
            "step works on the exact result of the step before. What is the result, as an integer "
            "or a fraction?"
        ),
        "8/3",
    ),
    (  # 2 - 3 x (4 + 5)
        "nested_expression",
        {"tree": [2, "-", [3, "*", [4, "+", 5]]]},
        "What is the value of 2 - (3 × (4 + 5))?",
        "-25",
    ),
    (  # 2/3 x 1/2
        "parts_of_a_book",
        {"name": "Zoe", "parts": [[1, 3], [1, 2]]},
        (
            "Zoe reads 1/3 of a book on Monday and 1/2 of what was left on Tuesday. What fraction "
            "of the book is still unread?"
        ),
        "1/3",
    ),
    (  # 1/2 x 3/4 x 2/3 = 1/4, which is 20 pages
        "parts_of_a_book",
        {"name": "Zoe", "parts": [[1, 2], [1, 4], [1, 3]], "pages_left": 20},
        (
            "Zoe reads 1/2 of a book on Monday, 1/4 of what was left on Tuesday and 1/3 of what "
            "was left on Wednesday. Then 20 pages are still unread. How many pages does the book "
            "have?"
        ),
        "80",
    ),
]
MONEY_BY_HAND = [
    (  # 7.20 + 3.00 = 10.20, less 10 % is 9.18
        "change_from_receipt",
        {
            "name": "Omar",
            "lines": [["pen", 3, 240], ["mug", 2, 150]],
            "discount_percent": 10,
            "paid_dollars": 20,
        },
        (
            "Omar buys 3 pens at 2.40 dollars each and 2 mugs at 1.50 dollars each. The shop "
            "takes 10% off the whole bill. Omar pays with 20 dollars. How many dollars does Omar "
            "get back?"
        ),
        "541/50",
    ),
    (  # 200 x 1.1 x 0.8
        "successive_percentages",
        {"goods": "sofa", "price_dollars": 200, "changes_percent": [10, -20], "asked": "end"},
        (
            "The price of a sofa is 200 dollars. It is raised by 10% and then reduced by 20%. "
            "What is the price then, in dollars?"
        ),
        "176",
    ),
    (
        "successive_percentages",
        {"goods": "sofa", "price_dollars": 200, "changes_percent": [10, -20], "asked": "begin"},
        (
            "The price of a sofa is raised by 10% and then reduced by 20%. It is then 176.00 "
            "dollars. What was the price at first, in dollars?"
        ),
        "200",
    ),
    (  # 1000 x 1.1 = 1100, + 100 = 1200, x 1.1 = 1320, + 100
        "savings",
        {
            "name": "Lena",
            "begin_dollars": 1000,
            "tenths_percent": 100,
            "years": 2,
            "yearly_dollars": 100,
        },
        (
            "Lena has 1000 dollars in a savings account. At the end of each year the bank adds "
            "10% interest on what is then in the account, and directly after it Lena pays in "
            "another 100 dollars. How many dollars are in the account after 2 years (after the "
            "last payment of 100 dollars)? Round only the final result, to two decimals."
        ),
        "1420",
    ),
]


def test_references_agree_with_a_second_solver() -> None:
    check_templates(arithmetic.TEMPLATES, ARITHMETIC)
    check_templates(money.TEMPLATES, MONEY)


def test_cases_worked_out_by_hand() -> None:
    check_hand(arithmetic.TEMPLATES, ARITHMETIC_BY_HAND)
    check_hand(money.TEMPLATES, MONEY_BY_HAND)
