"""Word problems: ages, averages, ratios and counts of legs."""

from fractions import Fraction
from random import Random

from bakeoff.quality.items import Parameters, Reference, Template
from bakeoff.quality.suites.math.asking import ask, counted, listed, names, number


def _draw_ages(random: Random, difficulty: int) -> Parameters:
    """Draw the ages first: the younger's, and a multiple of it."""
    drawn: Parameters = {"names": names(random, 3 if difficulty == 3 else 2)}
    if difficulty == 1:
        younger, gap = random.randint(5, 40), random.randint(2, 25)
        return drawn | {"total": 2 * younger + gap, "gap": gap}
    younger = random.randint(4, 15)
    times = random.randint(3, 5)
    if difficulty == 2:
        later = younger * (times - 2)  # then the older is twice as old
        return drawn | {"times": times, "later": later, "then_times": 2}
    ago = random.randint(1, younger - 1)
    then_times = random.randint(2, 4)
    third = ago + then_times * (younger - ago)
    total = younger * (1 + times) + third
    return drawn | {"times": times, "ago": ago, "then_times": then_times, "total": total}


def _ask_ages(drawn: Parameters) -> str:
    older, younger, *third = drawn["names"]
    if "gap" in drawn:
        return ask(
            f"{older} and {younger} are {drawn['total']} years old together. {older} is "
            f"{counted(drawn['gap'], 'year')} older than {younger}. How old is {younger}?"
        )
    begin = f"{older} is {drawn['times']} times as old as {younger}."
    if not third:
        return ask(
            f"{begin} In {counted(drawn['later'], 'year')}, {older} will be twice as old as "
            f"{younger} will be then. How old is {younger} now?"
        )
    return ask(
        f"{begin} {counted(drawn['ago'], 'year').capitalize()} ago, {third[0]} was "
        f"{drawn['then_times']} times as old as {younger} was then. Today the three of them are "
        f"{drawn['total']} years old together. How old is {third[0]} today?"
    )


def _solve_ages(drawn: Parameters) -> Reference:
    """Solve the linear equation for the younger's age."""
    if "gap" in drawn:
        return number((drawn["total"] - drawn["gap"]) // 2, unit="year")
    times, then = drawn["times"], drawn["then_times"]
    if "later" in drawn:
        return number(Fraction(drawn["later"] * (then - 1), times - then), unit="year")
    ago = drawn["ago"]
    younger = Fraction(drawn["total"] - ago + then * ago, 1 + times + then)
    return number(ago + then * (younger - ago), unit="year")


def _draw_scores(random: Random, difficulty: int) -> Parameters:
    """Draw the mean that is wanted and the score it takes, then scores that fit them."""
    drawn: Parameters = {"name": names(random, 1)[0]}
    if difficulty == 1:
        tests, mean = random.randint(3, 6), random.randint(50, 80)
        return drawn | {"tests": tests, "mean": mean, "wanted": mean + random.randint(1, 5)}
    weight = difficulty - 1
    while True:
        tests, wanted = random.randint(4, 6), random.randint(60, 80)
        scores = [random.randint(45, 90) for _ in range(tests - 1)]
        last = wanted * (tests + weight) - weight * random.randint(50, 99) - sum(scores)
        if 40 <= last <= 95:
            return drawn | {"scores": [*scores, last], "weight": weight, "wanted": wanted}


def _ask_scores(drawn: Parameters) -> str:
    name, wanted = drawn["name"], drawn["wanted"]
    if "mean" in drawn:
        return ask(
            f"In {drawn['tests']} tests {name} scored {drawn['mean']} points on average. How many "
            f"points must {name} score in the next test to bring the average of all "
            f"{drawn['tests'] + 1} tests to {wanted}?"
        )
    scores = listed([str(score) for score in drawn["scores"]])
    twice = " The last test counts as much as two of the others." if drawn["weight"] == 2 else ""
    return ask(
        f"{name} scored {scores} points in {len(drawn['scores'])} tests; one last test is to come."
        f"{twice} How many points must {name} score in it for an average of {wanted}?"
    )


def _solve_scores(drawn: Parameters) -> Reference:
    if "mean" in drawn:
        tests = drawn["tests"]
        return number(drawn["wanted"] * (tests + 1) - drawn["mean"] * tests)
    scores, weight = drawn["scores"], drawn["weight"]
    return number(Fraction(drawn["wanted"] * (len(scores) + weight) - sum(scores), weight))


def _draw_ratio(random: Random, difficulty: int) -> Parameters:
    parts = random.sample(range(1, 10), 2 if difficulty == 1 else 3)
    unit = random.randint(3, 40)
    drawn = {"names": names(random, len(parts)), "parts": parts}
    if difficulty < 3:
        return drawn | {"total": unit * sum(parts), "asked": random.randrange(len(parts))}
    return drawn | {"ahead": unit * (max(parts) - min(parts))}


def _ask_ratio(drawn: Parameters) -> str:
    who, parts = drawn["names"], drawn["parts"]
    ratio = ":".join(str(part) for part in parts)
    if "total" in drawn:
        return ask(
            f"{listed(who)} share {drawn['total']} dollars in the ratio {ratio}, in this order. "
            f"How many dollars does {who[drawn['asked']]} get?"
        )
    most, least = who[parts.index(max(parts))], who[parts.index(min(parts))]
    return ask(
        f"{listed(who)} share a sum of money in the ratio {ratio}, in this order. {most} gets "
        f"{counted(drawn['ahead'], 'dollar')} more than {least}. How many dollars do they share?"
    )


def _solve_ratio(drawn: Parameters) -> Reference:
    parts = drawn["parts"]
    if "total" in drawn:
        return number(drawn["total"] * parts[drawn["asked"]] // sum(parts), unit="dollar")
    return number(drawn["ahead"] * sum(parts) // (max(parts) - min(parts)), unit="dollar")


#: Where things with few and with more legs or wheels stand, and what is counted of them.
_PLACES = {
    "On a farm": (("hen", 2), ("rabbit", 4), "head", "leg"),
    "At a rental shop": (("bicycle", 2), ("tricycle", 3), "vehicle", "wheel"),
    "In a car park": (("motorcycle", 2), ("car", 4), "vehicle", "wheel"),
}
_LORRY_WHEELS = 6


def _draw_legs(random: Random, difficulty: int) -> Parameters:
    place = random.choice(list(_PLACES)) if difficulty < 3 else "In a car park"
    (_, few), (_, more), *_ = _PLACES[place]
    low = (2, 15, 5)[difficulty - 1]
    less, rest = random.randint(low, low * 6), random.randint(low, low * 6)
    times = random.randint(2, 4) if difficulty == 3 else 0
    return {
        "place": place,
        "heads": less + rest + times * less,
        "legs": few * less + more * rest + _LORRY_WHEELS * times * less,
        "times": times,
    }


def _ask_legs(drawn: Parameters) -> str:
    (less, few), (rest, more), head, leg = _PLACES[drawn["place"]]
    heads, legs = counted(drawn["heads"], head), counted(drawn["legs"], leg)
    if drawn["times"]:
        return ask(
            f"{drawn['place']} there are {less}s with {few} {leg}s each, {rest}s with {more} "
            f"and lorries with {_LORRY_WHEELS}, and nothing else: {heads} with {legs} in all. "
            f"There are {drawn['times']} times as many lorries as {less}s. "
            f"How many {rest}s are there?"
        )
    return ask(
        f"{drawn['place']} there are {less}s with {few} {leg}s each and {rest}s with {more} "
        f"{leg}s each, and nothing else: {heads} and {legs} in all. How many {rest}s are there?"
    )


def _solve_legs(drawn: Parameters) -> Reference:
    (_, few), (_, more), *_ = _PLACES[drawn["place"]]
    heads, legs, times = drawn["heads"], drawn["legs"], drawn["times"]
    surplus = legs - more * heads  # of all over as many as if each were of the second kind
    less = Fraction(surplus, few - more + times * (_LORRY_WHEELS - more))
    return number(heads - less * (1 + times))


TEMPLATES = (
    Template(name="ages", draw=_draw_ages, prompt=_ask_ages, reference=_solve_ages),
    Template(
        name="score_for_average", draw=_draw_scores, prompt=_ask_scores, reference=_solve_scores
    ),
    Template(name="shared_in_ratio", draw=_draw_ratio, prompt=_ask_ratio, reference=_solve_ratio),
    Template(name="heads_and_legs", draw=_draw_legs, prompt=_ask_legs, reference=_solve_legs),
)
