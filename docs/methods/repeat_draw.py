"""Repeats the draw of a certificate, with nothing but Python's standard library: python3 repeat_draw.py certificate.json

Covers the methods Simple, Complete, Counts, Blocks and Minimisation. The rules stand in randomisation.md.
"""
import decimal
import hashlib
import json
import struct
import sys

MASK = 0xFFFFFFFF


def block(key, counter, nonce):
    """One block of ChaCha20: 64 bytes."""
    start = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key))
    start += [counter & MASK, counter >> 32, nonce & MASK, nonce >> 32]
    x = start[:]

    def quarter(a, b, c, d):
        for left, right, by, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[left] = (x[left] + x[right]) & MASK
            mixed = x[by] ^ x[left]
            x[by] = ((mixed << turn) | (mixed >> (32 - turn))) & MASK

    for _ in range(10):
        for q in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                  (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*q)
    return struct.pack("<16I", *[(a + b) & MASK for a, b in zip(x, start)])


class Stream:
    def __init__(self, key, nonce):
        self.key, self.nonce, self.counter, self.bytes = key, nonce, 0, b""

    def number(self):
        if len(self.bytes) < 8:
            self.bytes += block(self.key, self.counter, self.nonce)
            self.counter += 1
        value, self.bytes = struct.unpack("<Q", self.bytes[:8])[0], self.bytes[8:]
        return value

    def below(self, n):
        while True:
            product = self.number() * n
            if product % 2**64 >= 2**64 % n:
                return product >> 64

    def shuffle(self, items):
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


def remainders(sizes, ratio, stream):
    whole = sum(ratio)
    counts = [[part * (size // whole) for part in ratio] for size in sizes]
    if len(ratio) == 2 and whole == 2:
        odd = [s for s, size in enumerate(sizes) if size % 2]
        first = stream.below(2) if len(odd) % 2 else 0
        extras = [(first + i) % 2 for i in range(len(odd))]
        stream.shuffle(extras)
        for s, arm in zip(odd, extras):
            counts[s][arm] += 1
        return counts
    for s, size in enumerate(sizes):
        if size % whole:
            labels = [arm for arm, part in enumerate(ratio) for _ in range(part)]
            stream.shuffle(labels)
            for arm in labels[:size % whole]:
                counts[s][arm] += 1
    return counts


def minimise(key, strata_of, columns, ratio, settings):
    """Unit after unit to the arm that keeps the levels of all factors alike, with some chance."""
    arms, block = range(len(ratio)), sum(ratio)
    factors = [c["values"].get("Levels") for c in columns] + [strata_of]
    weights = settings["weights"] + [settings["stratum_weight"]]
    counts, totals, result = [{} for _ in factors], [0] * len(ratio), []

    def imbalance(of, arm):
        scaled = [(count + (a == arm)) / ratio[a] for a, count in enumerate(of)]
        mean = sum(scaled) / len(scaled)
        variance = sum((x - mean) ** 2 for x in scaled) / (len(scaled) - 1)
        return {"Range": max(scaled) - min(scaled), "Variance": variance,
                "StandardDeviation": variance ** 0.5, "MarginalTotal": scaled[arm]}[settings["imbalance"]]

    def preference(arm):
        return 1 - (1 - settings["p"]) * (block - ratio[arm]) / (block - min(ratio))

    for unit in range(len(strata_of)):
        of = lambda f: counts[f].setdefault(factors[f][unit], [0] * len(ratio))
        used = [f for f, weight in enumerate(weights) if weight > 0]
        scores = [sum(weights[f] * imbalance(of(f), arm) for f in used)
                  + settings["total_weight"] * imbalance(totals, arm) for arm in arms]
        best = [arm for arm in arms if scores[arm] <= min(scores) + 1e-9]
        chosen = sum(ratio[arm] for arm in best)
        share = 1.0 if len(best) == len(ratio) else sum(preference(a) * ratio[a] for a in best) / chosen
        odds = [share * ratio[a] / chosen if a in best else (1 - share) * ratio[a] / (block - chosen) for a in arms]
        uniform, running, drawn = (Stream(key, unit).number() >> 11) / 2**53, 0.0, None
        for arm in arms:
            running += odds[arm]
            if drawn is None and uniform < running:
                drawn = arm
        drawn = max(a for a in arms if odds[a] > 0) if drawn is None else drawn
        totals[drawn] += 1
        for f in used:
            of(f)[drawn] += 1
        result.append(drawn)
    return result


def plain(number):
    """The shortest decimal that reads back the same, without exponent and without a needless nought."""
    text = format(decimal.Decimal(repr(number)), "f")
    return text[:-2] if text.endswith(".0") else text


def list_text(frozen):
    columns = [c["values"].get("Levels") or [plain(x) for x in c["values"]["Numbers"]] for c in frozen["columns"]]
    rows = [["id", "stratum"] + [c["name"] for c in frozen["columns"]]]
    rows += [list(row) for row in zip(frozen["ids"], frozen["strata"], *columns)]
    return "".join("\t".join(row) + "\n" for row in rows)


def draw(key, strata_of, ratio, method, columns=()):
    if isinstance(method, dict) and "Minimisation" in method:
        return minimise(key, strata_of, columns, ratio, method["Minimisation"])
    names = sorted(set(strata_of), key=lambda name: name.encode())
    strata = [[i for i, name in enumerate(strata_of) if name == wanted] for wanted in names]
    template = [arm for arm, part in enumerate(ratio) for _ in range(part)]
    result = [None] * len(strata_of)
    if method == "Simple":
        stream = Stream(key, 0)
        return [template[stream.below(len(template))] for _ in strata_of]
    if isinstance(method, dict) and "Blocks" in method:
        for s, units in enumerate(strata):
            stream, labels, sizes = Stream(key, s), [], method["Blocks"]
            while len(labels) < len(units):
                size = sizes[0] if len(sizes) == 1 else sizes[stream.below(len(sizes))]
                these = template * (size // len(template))
                stream.shuffle(these)
                labels += these
            for unit, arm in zip(units, labels):
                result[unit] = arm
        return result
    if method == "Complete":
        counts = remainders([len(units) for units in strata], ratio, Stream(key, 0))
    elif isinstance(method, dict) and "Counts" in method:
        counts = [dict(map(tuple, method["Counts"]))[name] for name in names]
    else:
        raise SystemExit("this script does not know the method")
    for s, units in enumerate(strata):
        labels = [arm for arm, count in enumerate(counts[s]) for _ in range(count)]
        Stream(key, s + 1).shuffle(labels)
        for unit, arm in zip(units, labels):
            result[unit] = arm
    return result


def main(path):
    with open(path, encoding="utf-8") as file:
        c = json.load(file)
    sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
    sealed = c["commitment"]
    text = "\n".join(["allocation commitment 1", c["seed"], c["salt"], sealed["list_hash"],
                      sealed["method_hash"], sealed["public_source"], ""])
    assert sha(text) == sealed["commitment"], "the commitment does not hold"
    text = "\n".join(["allocation draw 1", c["seed"], sealed["commitment"], c["public_value"], ""])
    assert sha(text) == c["draw_seed"], "the seed of the draw does not follow"
    compact = lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    assert sha(compact(c["arms"]) + "\n" + compact(c["method"]) + "\n") == sealed["method_hash"], "method"
    assert sha(list_text(c["list"])) == sealed["list_hash"], "the list is another"
    again = draw(bytes.fromhex(c["draw_seed"]), c["list"]["strata"], c["arms"]["ratio"], c["method"], c["list"]["columns"])
    assert [c["arms"]["names"][arm] for arm in again] == [p["arm"] for p in c["result"]], "the result differs"
    print("the certificate holds:", len(again), "units")


if __name__ == "__main__":
    main(sys.argv[1])
