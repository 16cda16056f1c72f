"""Surface changes: noise for both classes, and encodings that hide a sentence."""

import base64
import codecs
import re
from random import Random

LEET = str.maketrans("aeiost", "431057")
LOOKALIKES = str.maketrans("aeopcx", "аеорсх")
SMALL_CAPITALS = str.maketrans("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
INSERTIONS = ["\u200b", "\u200d", "🙂", "-", "_", ".", "*", "\u00ad"]


def leetspeak(text: str, random: Random) -> str:
    return "".join(c.translate(LEET) if random.random() < 0.7 else c for c in text)


def lookalike(text: str, random: Random) -> str:
    return "".join(c.translate(LOOKALIKES) if random.random() < 0.5 else c for c in text)


def spaced(text: str, random: Random) -> str:
    gap = random.choice([" ", " ", ".", "-"])
    return "  ".join(gap.join(word) for word in text.split())


def inserted(text: str, random: Random) -> str:
    mark = random.choice(INSERTIONS)
    return "".join(c + mark if c.isalpha() and random.random() < 0.35 else c for c in text)


def reversed_text(text: str, random: Random) -> str:
    return text[::-1]


def full_width(text: str, random: Random) -> str:
    return text.translate(FULL_WIDTH)


def mathematical(text: str, random: Random) -> str:
    start = random.choice([0x1D400, 0x1D434, 0x1D5D4, 0x1D608, 0x1D670])
    return "".join(chr(start + ord(c.lower()) - 97 + (0 if c.isupper() else 26)) if c.isascii() and c.isalpha() else c
                   for c in text)


def small_capitals(text: str, random: Random) -> str:
    return text.lower().translate(SMALL_CAPITALS)


def escaped(text: str, random: Random) -> str:
    return "".join("\\" + c for c in text)


def entities(text: str, random: Random) -> str:
    return "".join(f"&#{ord(c)};" for c in text[:60])


def alternating(text: str, random: Random) -> str:
    return "".join(c.upper() if index % 2 else c.lower() for index, c in enumerate(text))


def misspelled(text: str, random: Random) -> str:
    return " ".join(_misspell(word, random) if random.random() < 0.4 else word for word in text.split(" "))


VISIBLE = [leetspeak, leetspeak, lookalike, lookalike, spaced, inserted, inserted, reversed_text, full_width,
           mathematical, small_capitals, escaped, entities, alternating, misspelled, misspelled, misspelled]


def base64_text(text: str, random: Random) -> str:
    return base64.b64encode(text.encode()).decode()


def rot13(text: str, random: Random) -> str:
    return codecs.encode(text, "rot13")


def hexadecimal(text: str, random: Random) -> str:
    return text.encode().hex(" ")


def binary(text: str, random: Random) -> str:
    return " ".join(f"{byte:08b}" for byte in text.encode()[:24])


def morse(text: str, random: Random) -> str:
    return " ".join(MORSE.get(c, "/") for c in text.lower()[:48])


MORSE_CODES = (".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- "
               "-..- -.-- --..")
MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz", MORSE_CODES.split()))
ENCODINGS = {"base64": base64_text, "rot13": rot13, "hex": hexadecimal, "binary": binary, "Morse code": morse,
             "reversed text": reversed_text}


def noisy(text: str, random: Random) -> str:
    """The text as somebody might have typed it: the same chances whatever the class."""
    if random.random() < 0.25:
        text = text.lower()
    elif random.random() < 0.04 and len(text) < 200:
        text = text.upper()
    if random.random() < 0.15:
        text = text.rstrip(".!?:")
    if random.random() < 0.06:
        words = text.split(" ")
        place = random.randrange(len(words))
        words[place] = _misspell(words[place], random)
        text = " ".join(words)
    if random.random() < 0.04:
        text = text.replace(",", "").replace("'", "")
    if random.random() < 0.03:
        text += random.choice(["!!", "...", "??", " :)", " 🙏", " thanks"])
    if random.random() < 0.25:
        text = text.replace('"', "")
    elif random.random() < 0.15:
        text = re.sub(r'"([^"\n]*)"', r"“\1”", text)
    if random.random() < 0.03:
        text = '"' + text + '"'
    return text


def _misspell(word: str, random: Random) -> str:
    if len(word) < 4:
        return word
    place = random.randrange(1, len(word) - 2)
    kind = random.randrange(3)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    if kind == 1:
        return word[:place] + word[place + 1:]
    return word[:place] + word[place] + word[place:]
