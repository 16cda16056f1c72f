"""Makes the tables in Sources/Encoding/Tokenizer/Unicode by asking the tokenizers package about every scalar.

    python make_unicode_tables.py DIRECTORY

The package mixes tables of several Unicode versions; asking it is the one way to have exactly the same. Takes a
minute.
"""

import os
import sys
import unicodedata

from tokenizers import Regex, normalizers, pre_tokenizers

from make_tokenizers import character_map

SCALARS = [scalar for scalar in range(0x110000) if not 0xD800 <= scalar <= 0xDFFF]
ORDER = [
    "white", "control", "punctuation", "nonspacing", "mark", "numeric", "word", "L", "N", "M", "Lu", "Ll", "Lt", "Lm",
    "Lo", "P", "S", "pattern_word", "decomposes", "reorders", "lowercase", "compatibility", "extend", "prepend", "Nd",
]
PATTERNS = {
    **{name: r"\p{%s}+" % name for name in ("L", "N", "M", "Lu", "Ll", "Lt", "Lm", "Lo", "P", "S")},
    "pattern_word": r"\w+", "Nd": r"\d+",
}

flags = {name: set() for name in ORDER}
canonical, compatibility, lowercase, classes, composites = {}, {}, {}, {}, {}
nfd, nfkd, nfc = normalizers.NFD(), normalizers.NFKD(), normalizers.NFC()


def scan():
    clean = normalizers.BertNormalizer(True, False, False, False)
    accents = normalizers.BertNormalizer(False, False, True, False)
    marks, lower = normalizers.StripAccents(), normalizers.Lowercase()
    bert, spaces = pre_tokenizers.BertPreTokenizer(), pre_tokenizers.WhitespaceSplit()
    digits, words = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Whitespace()
    extends = normalizers.Precompiled(character_map({"a": "b"}))
    reordering = []
    for scalar in SCALARS:
        text = chr(scalar)
        between = f"a{text}a"
        if clean.normalize_str(between) == "aa":
            flags["control"].add(scalar)
        decomposed, compatible = nfd.normalize_str(text), nfkd.normalize_str(text)
        if decomposed != text:
            flags["decomposes"].add(scalar)
            if not 0xAC00 <= scalar <= 0xD7A3:
                canonical[scalar] = decomposed
        elif accents.normalize_str("a" + text) == "a":
            flags["nonspacing"].add(scalar)
        if compatible != decomposed:
            flags["compatibility"].add(scalar)
            compatibility[scalar] = compatible
        if marks.normalize_str("a" + text) == "a":
            flags["mark"].add(scalar)
        if lower.normalize_str(text) != text:
            flags["lowercase"].add(scalar)
            lowercase[scalar] = lower.normalize_str(text)
        for name, splitter, pieces in (
            ("punctuation", bert, 3), ("white", spaces, 2), ("numeric", digits, 3), ("word", words, 1)):
            if len(splitter.pre_tokenize_str(between)) == pieces:
                flags[name].add(scalar)
        if scalar >= 0x80 and extends.normalize_str("a" + text) == "b":
            flags["extend"].add(scalar)
        if decomposed == text and (
            nfd.normalize_str("a\u0345" + text) != "a\u0345" + text
            or nfd.normalize_str("a" + text + "\u0334") != "a" + text + "\u0334"):
            reordering.append(scalar)
            flags["reorders"].add(scalar)
    everything = "".join(map(chr, SCALARS))
    for name, pattern in PATTERNS.items():
        for piece, _ in pre_tokenizers.Split(Regex(pattern), "removed", invert=True).pre_tokenize_str(everything):
            flags[name].update(map(ord, piece))
    return reordering


def find_classes(reordering):
    """A mark has the class of the known mark with which it changes places in neither order."""
    known = {}
    for scalar in reordering:
        if unicodedata.combining(chr(scalar)):
            known.setdefault(unicodedata.combining(chr(scalar)), chr(scalar))
    for scalar in reordering:
        text = chr(scalar)
        classes[scalar] = next(
            value for value in sorted(known)
            if nfd.normalize_str("a" + text + known[value]) == "a" + text + known[value]
            and nfd.normalize_str("a" + known[value] + text) == "a" + known[value] + text)


def find_composites():
    for scalar, parts in canonical.items():
        text = chr(scalar)
        first = nfc.normalize_str(parts[:-1])
        if nfc.normalize_str(text) == text and len(first) == 1 and nfc.normalize_str(first + parts[-1]) == text:
            composites[scalar] = first + parts[-1]


def find_prepended():
    candidates = [
        scalar for scalar in range(0x80, 0x20000)
        if unicodedata.category(chr(scalar)) in ("Cf", "Lo", "Cn", "Mn", "Mc") and scalar not in flags["extend"]
        and not 0x3400 <= scalar < 0xA000 and not 0xAC00 <= scalar < 0xD7A4]
    for start in range(0, len(candidates), 200):
        part = candidates[start:start + 200]
        joins = normalizers.Precompiled(character_map({chr(scalar): "z" for scalar in part}))
        flags["prepend"].update(scalar for scalar in part if joins.normalize_str(chr(scalar) + "a") == "z")


def base36(number):
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
        if number == 0:
            return text


def mapping(sequences):
    tokens, before = [], 0
    for scalar in sorted(sequences):
        tokens.append(base36(scalar - before) + ":" + ".".join(base36(ord(part)) for part in sequences[scalar]))
        before = scalar
    return tokens


def class_runs():
    tokens, before, ordered = [], 0, sorted(classes)
    index = 0
    while index < len(ordered):
        start, length = ordered[index], 1
        while classes.get(start + length) == classes[start]:
            length += 1
        tokens.append(f"{base36(start - before)}:{base36(length)}.{base36(classes[start])}")
        before = start
        index += length
    return tokens


def write(directory, name, tables):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(
            "// Made by Tests/EncodingTests/Tokenizer/Fixtures/make_unicode_tables.py; not edited by hand.\n"
            "// swift-format-ignore-file\n\nextension UnicodeData {\n")
        for index, (comment, table, tokens) in enumerate(tables):
            file.write("\n" if index else "")
            file.write(f"    /// {comment}\n    static let {table}: StaticString = \"\"\"\n")
            line = ""
            for token in tokens:
                if len(line) + len(token) + 1 > 108:
                    file.write(f"        {line} \\\n")
                    line = token
                else:
                    line = f"{line} {token}" if line else token
            file.write(f"        {line}\n        \"\"\"\n")
        file.write("}\n")


def main(directory):
    find_classes(scan())
    find_composites()
    find_prepended()
    values = [0] * 0x110000
    for bit, name in enumerate(ORDER):
        for scalar in flags[name]:
            values[scalar] |= 1 << bit
    masks = sorted(set(values))
    index = {mask: position for position, mask in enumerate(masks)}
    runs, start = [], 0
    for scalar in range(1, 0x110001):
        if scalar == 0x110000 or values[scalar] != values[start]:
            runs.append(f"{base36(scalar - start)},{base36(index[values[start]])}")
            start = scalar
    write(directory, "UnicodeData+Properties.swift", [
        ("The distinct property masks, in base 36.", "masks", [base36(mask) for mask in masks]),
        ("Runs over all scalars from 0: length and index into ``masks``, in base 36.", "runs", runs)])
    write(directory, "UnicodeData+Canonical.swift", [
        ("Canonical decompositions: distance from the scalar before, then the full decomposition, in base 36.",
         "canonical", mapping(canonical)),
        ("Combining classes: distance from the run before, length and class, in base 36.", "combiningClasses",
         class_runs()),
        ("Primary composites: distance from the composite before, then its two parts, in base 36.", "composites",
         mapping(composites))])
    write(directory, "UnicodeData+Compatibility.swift", [
        ("Compatibility decompositions that differ from the canonical ones, laid out as ``canonical``.",
         "compatibility", mapping(compatibility))])
    write(directory, "UnicodeData+Lowercase.swift", [
        ("Lower-case forms, laid out as ``canonical``.", "lowercase", mapping(lowercase))])


if __name__ == "__main__":
    main(sys.argv[1])
