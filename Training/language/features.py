"""Text to n-gram hashes: the reference for `LanguageScript`, `LanguageTextReader` and `LanguageModel` in Swift.

Every function here has a counterpart in Sources/Lexical with the same constants; the parity fixture of the
Swift tests holds the two equal.
"""

import bisect

NONE, LATIN, CYRILLIC, ARABIC, DEVANAGARI, HAN, KANA = 0, 1, 2, 3, 4, 5, 6
GREEK, ARMENIAN, HEBREW, BENGALI, GURMUKHI, GUJARATI, TAMIL, TELUGU, THAI, GEORGIAN, HANGUL = range(7, 18)
OTHER, MARK = 18, 19

# (first, last, script), sorted; a scalar in none of them is not a letter.
RANGES = [
    (0x41, 0x5A, LATIN), (0x61, 0x7A, LATIN), (0xC0, 0xD6, LATIN), (0xD8, 0xF6, LATIN), (0xF8, 0x2AF, LATIN),
    (0x300, 0x36F, MARK), (0x370, 0x373, GREEK), (0x376, 0x377, GREEK), (0x37B, 0x37D, GREEK),
    (0x386, 0x386, GREEK), (0x388, 0x3FF, GREEK), (0x400, 0x481, CYRILLIC), (0x48A, 0x52F, CYRILLIC),
    (0x531, 0x556, ARMENIAN), (0x561, 0x587, ARMENIAN), (0x591, 0x5BD, MARK), (0x5D0, 0x5EA, HEBREW),
    (0x620, 0x64A, ARABIC), (0x64B, 0x65F, MARK), (0x66E, 0x6D3, ARABIC), (0x6D5, 0x6D5, ARABIC),
    (0x6EE, 0x6EF, ARABIC), (0x6FA, 0x6FF, ARABIC), (0x700, 0x74F, OTHER), (0x750, 0x77F, ARABIC),
    (0x780, 0x8FF, OTHER), (0x900, 0x963, DEVANAGARI), (0x970, 0x97F, DEVANAGARI), (0x980, 0x9E3, BENGALI),
    (0x9F0, 0x9FE, BENGALI), (0xA00, 0xA65, GURMUKHI), (0xA70, 0xA7F, GURMUKHI), (0xA80, 0xAE5, GUJARATI),
    (0xAF9, 0xAFF, GUJARATI), (0xB00, 0xB7F, OTHER), (0xB80, 0xBE5, TAMIL), (0xC00, 0xC63, TELUGU),
    (0xC80, 0xDFF, OTHER), (0xE01, 0xE3A, THAI), (0xE40, 0xE4E, THAI), (0xE80, 0x109F, OTHER),
    (0x10A0, 0x10FF, GEORGIAN), (0x1100, 0x11FF, HANGUL), (0x1200, 0x18AF, OTHER), (0x1C90, 0x1CBF, GEORGIAN),
    (0x1E00, 0x1EFF, LATIN), (0x1F00, 0x1FFF, GREEK), (0x2D00, 0x2D2F, GEORGIAN), (0x3005, 0x3005, HAN),
    (0x3041, 0x309F, KANA), (0x30A1, 0x30FA, KANA), (0x30FC, 0x30FF, KANA), (0x3131, 0x318E, HANGUL),
    (0x31F0, 0x31FF, KANA), (0x3400, 0x4DBF, HAN), (0x4E00, 0x9FFF, HAN), (0xA000, 0xABFF, OTHER),
    (0xAC00, 0xD7A3, HANGUL), (0xF900, 0xFAFF, HAN), (0xFB50, 0xFDFF, ARABIC), (0xFE70, 0xFEFC, ARABIC),
    (0xFF21, 0xFF3A, LATIN), (0xFF41, 0xFF5A, LATIN), (0xFF66, 0xFF9D, KANA), (0x10000, 0x1CFFF, OTHER),
    (0x20000, 0x323AF, HAN),
]
_STARTS = [r[0] for r in RANGES]

# Letters of these scripts carry more or less of a language than one letter of an alphabet does; Latin words
# (names, product terms) stray into other scripts far more often than the reverse.
SCRIPT_WEIGHT = {LATIN: 0.5, HAN: 2.0, KANA: 2.0, HANGUL: 1.5}

SCRIPT_LANGUAGE = {
    GREEK: "el", ARMENIAN: "hy", HEBREW: "he", BENGALI: "bn", GURMUKHI: "pa", GUJARATI: "gu", TAMIL: "ta",
    TELUGU: "te", THAI: "th", GEORGIAN: "ka", HANGUL: "ko",
}

MAXIMUM_SCALARS = 2048
LONGEST_MARKUP = 200
LONGEST_WORD = 24
LONGEST_GRAM = 5
SEED = 0x9E3779B9
WORD_SEED = 0x85EBCA6B


def script(c):
    i = bisect.bisect_right(_STARTS, c) - 1
    return RANGES[i][2] if i >= 0 and c <= RANGES[i][1] else NONE


def fold(c):
    """Simple lower-casing of the Latin and Cyrillic letters in use; everything else is itself."""
    if c < 0x80:
        return c + 32 if 0x41 <= c <= 0x5A else c
    if c < 0x100:
        return c + 32 if 0xC0 <= c <= 0xDE and c != 0xD7 else c
    if c < 0x180:
        if c == 0x130:
            return 0x69
        if c == 0x178:
            return 0xFF
        if 0x139 <= c <= 0x148 or 0x179 <= c <= 0x17E:
            return c + 1 if c & 1 else c
        if c in (0x131, 0x138, 0x149, 0x17F):
            return c
        return c | 1
    if c < 0x250:
        if c == 0x18F:
            return 0x259
        if c == 0x1AF:
            return 0x1B0
        if c == 0x1A0 or 0x1DE <= c <= 0x1EE or 0x1F8 <= c <= 0x21E or 0x222 <= c <= 0x232:
            return c | 1
        if 0x1CD <= c <= 0x1DB:
            return c + 1 if c & 1 else c
        return c
    if 0x400 <= c <= 0x40F:
        return c + 80
    if 0x410 <= c <= 0x42F:
        return c + 32
    if 0x460 <= c <= 0x481 or 0x48A <= c <= 0x4BF or 0x4D0 <= c <= 0x52F:
        return c | 1
    if 0x4C1 <= c <= 0x4CE:
        return c + 1 if c & 1 else c
    if 0x1E00 <= c <= 0x1E95 or 0x1EA0 <= c <= 0x1EFF:
        return c | 1
    if 0xFF21 <= c <= 0xFF3A:
        return c - 0xFF21 + 0x61
    if 0xFF41 <= c <= 0xFF5A:
        return c - 0xFF41 + 0x61
    return c


def sample(text):
    """The scalars that are read: all of them up to the bound, else head, middle and tail."""
    if len(text) <= MAXIMUM_SCALARS:
        return [ord(c) for c in text]
    data = text.encode("utf-8", "replace")
    quarter = MAXIMUM_SCALARS // 4

    def decode(start, count):
        out, i = [], start
        while i < len(data) and len(out) < count:
            b = data[i]
            n = 1 if b < 0x80 else 2 if b < 0xE0 else 3 if b < 0xF0 else 4
            out.append(ord(data[i:i + n].decode("utf-8")))
            i += n
        return out, i

    head, head_end = decode(0, 2 * quarter)
    start = max(head_end, len(data) // 2)
    while start < len(data) and data[start] & 0xC0 == 0x80:
        start += 1
    middle, middle_end = decode(start, quarter)
    start, left = len(data), quarter
    while start > middle_end and left > 0:
        start -= 1
        if data[start] & 0xC0 != 0x80:
            left -= 1
    tail, _ = decode(start, quarter)
    return head + [0x20] + middle + [0x20] + tail


def _is_code(run):
    """Whether a run of printable ASCII is an address, a path or an identifier and not words."""
    low = bytes(c + 32 if 0x41 <= c <= 0x5A else c for c in run)
    if low.startswith((b"www.", b"/", b"./", b"~/")):
        return True
    if any(c in low for c in b"@_\\="):
        return True
    return b"://" in low or b"::" in low or b"()" in low


def words(scalars):
    """Yields (script, folded scalars) for each word; a word is a run of letters of one script."""
    i, n, run_end = 0, len(scalars), 0
    word, word_script = [], NONE
    while i < n:
        c = scalars[i]
        if 0x21 <= c <= 0x7E:
            if c == 0x60:
                if word:
                    yield word_script, word
                    word, word_script = [], NONE
                i = _after_backticks(scalars, i)
                continue
            if c == 0x3C:
                end = _after_tag(scalars, i)
                if end > i:
                    if word:
                        yield word_script, word
                        word, word_script = [], NONE
                    i = end
                    continue
            if i >= run_end:
                run_end = i
                while run_end < n and 0x21 <= scalars[run_end] <= 0x7E and scalars[run_end] not in (0x60, 0x3C):
                    run_end += 1
                run_end = max(run_end, i + 1)
                if _is_code(scalars[i:run_end]):
                    if word:
                        yield word_script, word
                        word, word_script = [], NONE
                    i = run_end
                    continue
        s = script(c)
        if s == MARK or c == 0x200C or c == 0x200D:
            if word:
                word.append(0x200C if c == 0x200D else c)
        elif s == NONE:
            if c == 0xAD:
                pass
            elif (c == 0x27 or c == 0x2019) and word and i + 1 < n and script(scalars[i + 1]) == word_script:
                word.append(0x27)
            elif word:
                yield word_script, word
                word, word_script = [], NONE
        else:
            if s != word_script and word:
                yield word_script, word
                word = []
            word_script = s
            word.append(fold(c))
        i += 1
    if word:
        yield word_script, word


def _after_backticks(s, i):
    n = len(s)
    if i + 2 < n and s[i + 1] == 0x60 and s[i + 2] == 0x60:
        j = i + 3
        while j + 2 < n:
            if s[j] == 0x60 and s[j + 1] == 0x60 and s[j + 2] == 0x60:
                return j + 3
            j += 1
        return n
    j = i + 1
    while j < n and j - i <= LONGEST_MARKUP and s[j] != 0x0A:
        if s[j] == 0x60:
            return j + 1
        j += 1
    return i + 1


def _after_tag(s, i):
    n = len(s)
    if i + 1 >= n:
        return i
    c = s[i + 1]
    if not (0x41 <= c <= 0x5A or 0x61 <= c <= 0x7A or c in (0x2F, 0x21)):
        return i
    j = i + 2
    while j < n and j - i <= LONGEST_MARKUP and s[j] not in (0x0A, 0x3C):
        if s[j] == 0x3E:
            return j + 1
        j += 1
    return i


M = 0xFFFFFFFF


def mix(h):
    h ^= h >> 16
    h = h * 0x7FEB352D & M
    h ^= h >> 15
    h = h * 0x846CA68B & M
    return h ^ h >> 16


def grams(word, word_script):
    """The hashes of one word: all 1- to 5-grams of it between two spaces, and the word itself from 4 letters on."""
    padded = [0x20] + word + [0x20]
    n = len(padded)
    out = []
    for i in range(n):
        h = SEED ^ word_script
        for j in range(i, min(i + LONGEST_GRAM, n)):
            h = (h ^ padded[j]) * 16777619 & M
            if j > i or 0 < i < n - 1:
                out.append(mix(h))
    if 4 <= len(word) <= LONGEST_WORD:
        h = WORD_SEED ^ word_script
        for c in word:
            h = (h ^ c) * 16777619 & M
        out.append(mix(h))
    return out
