"""A second solver for each template of the code suite: other methods, from the prompts alone.

Each takes the parameters and then the arguments. Standard library only and nothing imported from
the package, so that this file itself can be sent to the sandbox as part of an answer.
"""

# ruff: noqa: ANN001, ANN201, ANN202, ANN204 -- parameters and arguments are as the templates have them

import functools
import heapq
import itertools
import math
import re


def compress_runs(p, text):
    # one regular expression finds the pieces that are shortened, longest first
    most = "" if p["most"] is None else p["most"] - 1
    pattern = re.compile(rf"(.)\1{{{p['least'] - 1},{most}}}", re.DOTALL)

    def written(found):
        length, mark = len(found[0]), p["mark"]
        return f"{length}{mark}{found[1]}" if p["count_first"] else f"{found[1]}{mark}{length}"

    return pattern.sub(written, text)


def shift_characters(p, text):
    found = ""
    for one in text:
        code = ord(one)
        if one.lower() in p["kept"]:
            found += one
        elif 65 <= code <= 90:
            found += chr(65 + (code - 65 + p["letters"]) % 26)
        elif 97 <= code <= 122:
            found += chr(97 + (code - 97 + p["letters"]) % 26)
        elif 48 <= code <= 57:
            found += chr(48 + (code - 48 + p["digits"]) % 10)
        else:
            found += one
    return found


def make_slug(p, title):
    kept = "".join(one if one.isascii() and one.isalnum() else " " for one in title)
    words = kept.casefold().split()
    if not words:
        return p["empty"]
    if p["cut"] == "characters":
        slug = p["joiner"].join(words)[: p["longest"]]
        return slug[:-1] if slug.endswith(p["joiner"]) else slug
    slug = words[0][: p["longest"]]
    if len(words[0]) > p["longest"]:
        return slug
    for word in words[1:]:
        if len(slug) + 1 + len(word) > p["longest"]:
            break
        slug += p["joiner"] + word
    return slug


def common_words(p, text):
    table = {}
    for place, raw in enumerate(text.split()):
        word = re.sub(r"^[.,;:!?]+|[.,;:!?]+$", "", raw).lower()
        if len(word) >= p["least"]:
            count, first = table.get(word, (0, place))
            table[word] = (count + 1, first)
    keys = {
        "first": lambda word: (-table[word][0], table[word][1]),
        "alphabet": lambda word: (-table[word][0], word),
        "length": lambda word: (-table[word][0], -len(word), word),
    }
    best = heapq.nsmallest(p["number"], table, key=keys[p["ties"]])
    return [(word, table[word][0]) for word in best]


def wrap_words(p, text):
    width, indent = p["width"], " " * p["indent"]
    lines, line = [], ""  # line: what stands on the open line, with its indent
    for whole in text.split():
        word = whole
        if line.strip() and len(line) + 1 + len(word) <= width:
            line += " " + word
            continue
        if line.strip():
            lines.append(line)
            line = indent
        while p["long"] == "cut" and len(line) + len(word) > width:
            room = width - len(line)
            lines.append(line + word[:room])
            word, line = word[room:], indent
        line += word
    return [*lines, line] if line.strip() else lines


def window_values(p, values):
    found, begin = [], 0
    while begin < len(values):
        window = [values[at] for at in range(begin, begin + p["size"]) if at < len(values)]
        if len(window) == p["size"] or p["partial"]:
            ordered = sorted(window)
            found.append(
                {
                    "spread": ordered[-1] - ordered[0],
                    "sum": functools.reduce(lambda a, b: a + b, window),
                    "largest": ordered[-1],
                    "smallest": ordered[0],
                    "ends": window[-1] - window[0],
                }[p["statistic"]]
            )
        begin += p["step"]
    return found


def rotate_blocks(p, values):
    size, whole = p["size"], len(values) - len(values) % p["size"]
    found = [0] * whole
    for at in range(whole):  # where each value goes
        block, place = divmod(at, size)
        step = p["shift"] if p["alternate"] and block % 2 else -p["shift"]
        found[block * size + (place + step) % size] = values[at]
    rest = values[whole:]
    if p["rest"] == "dropped":
        return found
    return found + (rest if p["rest"] == "kept" else rest[::-1])


def limit_repeats(p, values):
    def alike(one, two):
        if p["alike"] == "modulo":
            return (one - two) % p["modulo"] == 0
        return one == two or (p["alike"] == "absolute" and one == -two)

    found = []
    for at, value in enumerate(values):
        others = values[:at] if p["kept"] == "first" else values[at + 1 :]
        if sum(alike(value, other) for other in others) < p["most"]:
            found.append(value)
    return found


def longest_stretch(p, values):
    allowed = {
        "differ": range(-p["most"], p["most"] + 1),
        "rise": range(1, p["most"] + 1),
        "fall": range(-p["most"], 0),
    }[p["relation"]]
    for length in range(len(values), 0, -1):
        begins = [
            begin
            for begin in range(len(values) - length + 1)
            if all(values[i + 1] - values[i] in allowed for i in range(begin, begin + length - 1))
        ]
        if begins:
            return (begins[0] if p["ties"] == "first" else begins[-1], length)
    return (-1, 0)


def group_totals(p, entries):
    def name_of(entry):
        return entry[0].strip().lower()

    found = []
    for name, group in itertools.groupby(sorted(entries, key=name_of), key=name_of):
        amounts = [min(p["cap"], amount) for _, amount in group]
        if len(amounts) >= p["least"]:
            found.append((name, sum(amounts)))
    return sorted(found, key=lambda pair: pair[1], reverse=p["order"] == "largest")


def merge_stock(p, one, two):
    stocks = []
    for stock in (one, two):
        names = {name.lower() if p["fold"] else name for name in stock}
        stocks.append(
            {
                name: sum(
                    amount
                    for other, amount in stock.items()
                    if (other.lower() if p["fold"] else other) == name
                )
                for name in names
            }
        )
    found = {}
    for name in set(stocks[0]) | set(stocks[1]):
        amounts = [stock[name] for stock in stocks if name in stock]
        if len(amounts) == 2:
            a, b = amounts
            amounts = [
                {"sum": a + b, "larger": max(a, b), "smaller": min(a, b), "difference": a - b}[
                    p["clash"]
                ]
            ]
        if amounts[0] > p["cap"]:
            amounts = [p["cap"]]
        if not amounts[0] < p["least"]:
            found[name] = amounts[0]
    return found


def invert_index(p, pages):
    key = {
        "alphabet": None,
        "reverse": lambda word: [-ord(one) for one in word] + [1],
        "length": lambda word: (len(word), word),
    }[p["order"]]
    everywhere = sorted({page for found in pages.values() for page in found})
    return {
        page: sorted([word for word in pages if page in pages[word]], key=key)[: p["most"]]
        for page in everywhere
        if not page < p["first"]
    }


def read_settings(p, line):
    yes, no = {"yes": ("yes", "no"), "on": ("on", "off"), "true": ("true", "false")}[p["switch"]]
    pairs = []
    for entry in map(str.strip, line.split(p["between"])):
        at = entry.find(p["sign"])
        key = (entry if at < 0 else entry[:at]).strip()
        text = entry[at + 1 :].strip()
        if key == "" or entry[0] == p["comment"]:
            continue
        digits = text[1:] if text[:1] == "-" else text
        if at < 0:
            value = True
        elif digits and set(digits) <= set("0123456789"):
            value = int(text)
        elif text.lower() == yes:
            value = True
        elif text.lower() == no:
            value = False
        else:
            value = text
        pairs.append((key, value))
    return dict(pairs if p["twice"] == "last" else pairs[::-1])


def check_brackets(p, text):
    if p["quote"]:  # hide what is quoted
        parts = text.split(p["quote"])
        text = "~".join("~" * len(part) if at % 2 else part for at, part in enumerate(parts))
    openers = [pair[0] for pair in p["pairs"]]

    def group(at, until):
        """Read up to the bracket that closes; the place after it, or the place of an error."""
        while at < len(text):
            one = text[at]
            if one in openers:
                inner = group(at + 1, p["pairs"][openers.index(one)][1])
                if inner[0] != "ok":
                    if inner[0] == "open" and p["unclosed"] == "first":
                        return ("open", at)
                    return inner if inner[1] is not None else ("open", at)
                at = inner[1]
            elif one in [pair[1] for pair in p["pairs"]]:
                return ("ok", at + 1) if one == until else ("wrong", at)
            else:
                at += 1
        return ("ok", at) if until is None else ("open", None)

    kind, place = group(0, None)
    return -1 if kind == "ok" else place


def sort_versions(p, versions):
    def parts(version):
        numbers, _, tag = version.partition(p["joiner"])
        return [int(number) for number in numbers.split(".")], tag

    def older(one, two):
        (a, tag_a), (b, tag_b) = parts(one), parts(two)
        for x, y in itertools.zip_longest(a, b, fillvalue=0):
            if x != y:
                return -1 if x < y else 1
        order = [*p["tags"], ""] if p["release"] == "after" else ["", *p["tags"]]
        return order.index(tag_a) - order.index(tag_b)

    found = [version for version in versions if parts(version)[1] in ["", *p["tags"]]]
    sign = -1 if p["newest_first"] else 1
    return sorted(found, key=functools.cmp_to_key(lambda a, b: sign * older(a, b)))


def count_ways(p, amount):
    if amount < 0:
        return 0
    if p["ordered"]:
        ways = [1] + [0] * amount
        for total in range(1, amount + 1):
            ways[total] = sum(ways[total - coin] for coin in p["coins"] if coin <= total)
        return ways[amount]
    counts = [
        range(min(p["most"] or amount, amount // coin) + 1) for coin in p["coins"]
    ]  # every combination of counts
    return sum(
        sum(map(int.__mul__, chosen, p["coins"])) == amount for chosen in itertools.product(*counts)
    )


def list_strings(p, length):
    if length < 0:
        return []
    every = map("".join, itertools.product(p["letters"], repeat=length))
    rows = [letter * (p["row"] + 1) for letter in p["letters"]]
    return [text for text in every if not any(bad in text for bad in [*rows, p["never"]])]


def sequence_term(p, n):
    if n < 0:
        return 0
    terms = [p["first"], p["second"]]
    while len(terms) <= n:
        term = p["factors"][0] * terms[-1] + p["factors"][1] * terms[-2]
        if len(terms) % p["every"] == 0:
            term += p["bonus"]
        terms.append(term if p["modulo"] is None else term - term // p["modulo"] * p["modulo"])
    return terms[n]


def finish_times(p, tasks):
    # every second by itself
    queue = [[name, need] for name, need in tasks]
    clock, finished = 0, {}
    while queue:
        task, queue = queue[0], queue[1:]
        for _ in range(p["quantum"]):
            if task[1] == 0:
                break
            task[1] -= 1
            clock += 1
        if task[1] == 0:
            finished[task[0]] = clock
        else:
            queue = [*queue[:1], task, *queue[1:]] if p["waits"] else [*queue, task]
        clock += p["switch"]
    return finished


def play_cache(p, requests):
    used, stored_at, misses = {}, {}, 0
    for now, key in enumerate(requests):
        if key == p["never"]:
            misses += 1
            continue
        if key not in stored_at:
            misses += 1
            if len(stored_at) >= p["capacity"]:
                goes = {
                    "lru": min(stored_at, key=lambda one: used[one]),
                    "mru": max(stored_at, key=lambda one: used[one]),
                    "fifo": min(stored_at, key=lambda one: stored_at[one]),
                }[p["policy"]]
                del stored_at[goes]
            stored_at[key] = now
        used[key] = now
    return (misses, sorted(stored_at))


def walk(p, commands):
    # complex numbers: 1 is east, 1j is north
    if p["repeats"]:
        commands = re.sub(r"[1-9]*([1-9])([^1-9])", lambda m: m[2] * int(m[1]), commands)
    place, heading = 0j, {"N": 1j, "E": 1, "S": -1j, "W": -1}[p["heading"]]
    for one in commands:
        if one == p["left"]:
            heading *= 1j
        elif one == p["right"]:
            heading *= -1j
        elif one == p["forward"]:
            there = place + heading
            inside = 0 <= there.real < p["width"] and 0 <= there.imag < p["height"]
            if not inside and p["border"] == "wrap":
                there = complex(there.real % p["width"], there.imag % p["height"])
            elif not inside:
                there = place
            place = there
    return (int(place.real), int(place.imag), {1j: "N", 1: "E", -1j: "S", -1: "W"}[heading])


def grow_cells(p, row, steps):
    alive, dead = p["cells"]
    table = {
        "".join(three): alive
        if p["rule"] & 1 << sum(4 >> i for i in range(3) if three[i] == alive)
        else dead
        for three in itertools.product(p["cells"], repeat=3)
    }
    for _ in range(steps):
        if row:
            left, right = (row[-1], row[0]) if p["edge"] == "ring" else (dead, dead)
            wide = left + row + right
            row = "".join(table[wide[at : at + 3]] for at in range(len(row)))
    return row


def rank_scores(p, scores):
    def better(one, two):
        return one > two if p["best"] == "highest" else one < two

    found = []
    for at, score in enumerate(scores):
        if p["ties"] == "dense":
            rank = len({other for other in scores if better(other, score)})
        else:
            rank = sum(better(other, score) for other in scores)
        if p["ties"] == "skip before":
            rank += sum(other == score for i, other in enumerate(scores) if i != at)
        found.append(p["start"] + rank)
    return found


def merge_spans(p, spans):
    # merge any two until none can be merged
    left = [tuple(sorted(span)) for span in spans]
    changed = True
    while changed:
        changed = False
        for one, two in itertools.combinations(left, 2):
            if max(one[0], two[0]) - min(one[1], two[1]) <= p["gap"]:
                left.remove(one)
                left.remove(two)
                left.append((min(one[0], two[0]), max(one[1], two[1])))
                changed = True
                break
    left = [span for span in left if not span[1] - span[0] < p["least"]]
    return sorted(left, reverse=p["order"] == "largest")


def best_sum(p, values):
    @functools.cache
    def best(at, left):
        """Best sum of at least one value from index ``at`` on, minus infinity if none is left."""
        if at >= len(values) or left == 0:
            return -math.inf
        taken = values[at] + max(0, best(at + p["apart"], left - 1))
        return max(taken, best(at + 1, left))

    if not values:
        return 0
    found = best(0, p["most"] or len(values))
    return max(found, 0) if p["nothing"] else found


def count_pairs(p, values):
    places = range(len(values))
    fits = set()
    for i in places:
        for j in places[i + 1 :]:
            a, b = sorted((values[i], values[j]))
            total = a + b if p["relation"] == "sum" else b - a
            if (total - p["rest"]) % p["modulo"]:
                continue
            if p["count"] == "positions":
                fits.add((i, j))
            elif a != b:
                fits.add((a, b))
    return len(fits)


def read_duration(p, text):
    units, at, seen, total, sign = p["units"], 0, [], 0, 1
    text = text.strip(" ")
    if p["signed"] and text.startswith("-"):
        sign, text = -1, text[1:].lstrip(" ")
    while at < len(text):
        end = at
        while end < len(text) and text[end] in "0123456789":
            end += 1
        if end == at or end == len(text) or text[end] not in units or text[end] in seen:
            return None
        if p["descending"] and seen and units[seen[-1]] < units[text[end]]:
            return None
        total += units[text[end]] * int(text[at:end])
        seen.append(text[end])
        at = end + 1
        while at < len(text) and text[at] == " ":
            at += 1
    return sign * total if seen else None


def evaluate(p, expression):
    # rewrite into Python: numbers whose operators are those of Python with the same binding
    meanings = {
        "sum": lambda a, b: a + b,
        "difference": lambda a, b: a - b,
        "product": lambda a, b: a * b,
        "larger": max,
        "gap": lambda a, b: a - b if a > b else b - a,
    }

    class Number:
        def __init__(self, value):
            self.value = value

    loose, tight = p["operations"]
    if p["tighter"] == loose:
        loose, tight = tight, loose
    python = {loose: "+", tight: "*" if p["tighter"] else "-"}
    methods = {"+": "__add__", "*": "__mul__", "-": "__sub__"}
    for symbol, operator in python.items():
        meaning = meanings[p["operations"][symbol]]
        setattr(
            Number,
            methods[operator],
            lambda a, b, meaning=meaning: Number(meaning(a.value, b.value)),
        )
    tokens = re.findall(r"-?[0-9]+|\S", expression)
    text = "".join(
        f"N({int(one)})" if re.search(r"[0-9]", one) else python.get(one, one) for one in tokens
    )
    return eval(text, {"N": Number}).value  # noqa: S307 -- our own case, rewritten


def flatten_record(p, record):
    waiting, found = [((), record)], {}
    while waiting:
        path, value = waiting.pop()
        opens = isinstance(value, dict) or (isinstance(value, list) and p["base"] is not None)
        if path and (not opens or len(path) == p["deepest"]):
            found[p["joiner"].join(path)] = value
        elif path and not value:
            if p["empty"] == "kept":
                found[p["joiner"].join(path)] = value
        else:
            if isinstance(value, list):
                value = {str(at + p["base"]): one for at, one in enumerate(value)}
            waiting += [((*path, key), one) for key, one in value.items()]
    return found


def nested_sum(p, values):
    total, level, depth = 0, [values], 0
    while level:
        weight = p["factor"] ** depth if p["growth"] == "power" else 1 + p["factor"] * depth
        total += p["empty"] * level.count([])
        inside = [one for each in level for one in each]
        total += weight * sum(one for one in inside if isinstance(one, int))
        level = [one for one in inside if not isinstance(one, int)]
        depth += 1
    return total


def expand_groups(p, text):
    a, b = p["brackets"]
    stack, at = [["", None]], 0
    while at < len(text):
        one = text[at]
        number = re.match(r"[0-9]*", text[at + (one == b) :])[0]
        if one == a:
            stack.append(["", None])
        elif one == b:
            content, times = stack.pop()
            if p["count"] == "after":
                times = number
                at += len(number)
            stack[-1][0] += content * (int(times) if times else p["default"])
        elif number:  # stands before a group
            at += len(number)
            stack.append(["", number])
        else:
            stack[-1][0] += one
        at += 1
    return stack[0][0]


def least_steps(p, rows):
    straight = {(0, 1), (0, -1), (1, 0), (-1, 0)}
    diagonal = {(1, 1), (1, -1), (-1, 1), (-1, -1)}
    knight = {(a * s, b * t) for a, b in ((1, 2), (2, 1)) for s in (1, -1) for t in (1, -1)}
    moves = {
        "straight": straight,
        "king": straight | diagonal,
        "diagonal": diagonal,
        "knight": knight,
    }[p["moves"]]
    # all reached fields grow by a step at a time
    where = {
        one: {(y, x) for y, r in enumerate(rows) for x, c in enumerate(r) if c == one}
        for one in (p["start"], p["goal"])
    }
    reached, steps = where[p["start"]], 0
    while True:
        if reached & where[p["goal"]]:
            return steps
        more = set(reached)
        for y, x in reached:
            for down, right in moves:
                to_y, to_x = y + down, x + right
                if p["ring"]:
                    to_x %= len(rows[0])
                inside = 0 <= to_y < len(rows) and 0 <= to_x < len(rows[0])
                if inside and rows[to_y][to_x] != p["wall"]:
                    more.add((to_y, to_x))
        if more == reached:
            return -1
        reached, steps = more, steps + 1


def order_tasks(p, tasks):
    waits_for = {name: set() for name in tasks}
    for name, others in tasks.items():
        for other in others:
            waits_for.setdefault(other, set())
            first, later = (other, name) if p["given"] == "before" else (name, other)
            waits_for.setdefault(later, set()).add(first)
    names = sorted(waits_for)
    if p["first"] == "reverse":
        names.reverse()
    if p["first"] in ("length", "longest"):
        names.sort(key=len, reverse=p["first"] == "longest")
        # a sort that is reversed keeps the order of equals
    done = []
    while True:
        ready = [one for one in names if one not in done and waits_for[one] <= set(done)]
        if not ready:
            break
        done.append(ready[0])
    return done if len(done) == len(names) or p["circle"] == "part" else []
