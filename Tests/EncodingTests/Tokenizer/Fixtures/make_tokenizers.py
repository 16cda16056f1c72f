"""Makes tokenizers of every kind and what the tokenizers package says of many texts.

    python make_tokenizers.py small fixtures.json        the fixtures in the repository
    python make_tokenizers.py parity DIRECTORY [COUNT] [TOKENIZER.json ...]
                                                         full size, for the parity test

Needs the tokenizers package. The parity set writes NAME.json and NAME.cases for each tokenizer; a case is a length
and UTF-8, a count, and for each token its id and its two offsets, all as 32-bit little-endian numbers. Sentences of
75 languages are read from $MARTLET_SHARED/data/language where it is set; without it the texts are all made here.
"""

import base64
import gzip
import json
import os
import random
import struct
import sys

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers

SCRIPTS = [
    (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x250, 0x2AF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x531, 0x58F), (0x591, 0x5F4), (0x600, 0x6FF), (0x700, 0x74F), (0x780, 0x7B1), (0x7C0, 0x7FA), (0x800, 0x83E),
    (0x900, 0x97F), (0x980, 0x9FE), (0xA01, 0xA76), (0xA81, 0xAFF), (0xB01, 0xB77), (0xB82, 0xBFA), (0xC00, 0xC7F),
    (0xC80, 0xCF2), (0xD00, 0xD7F), (0xD81, 0xDF4), (0xE01, 0xE5B), (0xE81, 0xEDF), (0xF00, 0xFDA), (0x1000, 0x109F),
    (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137C), (0x13A0, 0x13FD), (0x1400, 0x167F), (0x1680, 0x169C),
    (0x16A0, 0x16F8), (0x1700, 0x1714), (0x1780, 0x17F9), (0x1800, 0x18AA), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF),
    (0x2000, 0x206F), (0x2070, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218B), (0x2200, 0x22FF), (0x2460, 0x24FF),
    (0x2500, 0x25FF), (0x2C00, 0x2C5F), (0x2C80, 0x2CFF), (0x2D30, 0x2D7F), (0x2E80, 0x2FD5), (0x3000, 0x303F),
    (0x3040, 0x30FF), (0x3100, 0x312F), (0x3130, 0x318E), (0x3200, 0x33FF), (0x3400, 0x34FF), (0x4E00, 0x9FFF),
    (0xA000, 0xA48C), (0xA640, 0xA69F), (0xA720, 0xA7FF), (0xAC00, 0xD7A3), (0xF900, 0xFAD9), (0xFB00, 0xFB4F),
    (0xFB50, 0xFDFF), (0xFE00, 0xFE2F), (0xFE70, 0xFEFF), (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x10900, 0x1091F),
    (0x11000, 0x1107F), (0x12000, 0x120FF), (0x13000, 0x130FF), (0x1D100, 0x1D1FF), (0x1D400, 0x1D7FF),
    (0x1E900, 0x1E95F), (0x1F100, 0x1F1FF), (0x1F300, 0x1F64F), (0x1F900, 0x1FAFF), (0x20000, 0x200FF),
    (0x2F800, 0x2FA1D), (0xE0001, 0xE007F), (0xE000, 0xE010), (0x0, 0x1F), (0x7F, 0xA0), (0x378, 0x379),
]

SENTENCES = [
    "The router reads every request once and decides where it goes.", "How do I sort a list of tuples in Python?",
    "Don't you think we'll need 1,234 more tests? I've seen it's true.", "Die Straße ist naß, und der Fluß fließt über.",
    "Où est la bibliothèque ? L’été dernier, c’était fermé.", "¿Cuántos años tienes? Mañana será otro día.",
    "Привет, как дела? Сегодня хорошая погода.", "Γειά σου Κόσμε, τι κάνεις;", "مرحبا بالعالم، كيف حالك اليوم؟",
    "שלום עולם, מה שלומך?", "नमस्ते दुनिया, आप कैसे हैं?", "你好，世界。今天天气很好。", "こんにちは世界。カタカナとひらがな。",
    "안녕하세요 세계, 오늘 날씨가 좋네요.", "สวัสดีชาวโลก วันนี้อากาศดี", "Xin chào thế giới, hôm nay trời đẹp.",
    "İstanbul'da ıslak bir gün.", "გამარჯობა მსოფლიო", "Բարեւ աշխարհ", "ሰላም ልዑል", "வணக்கம் உலகம்",
    "def f(x):\n    return x ** 2  # squares\n", "{\"key\": [1, 2.5, null], \"other\": \"value\"}", "👩‍👩‍👧 🇩🇪 👍🏽 ok",
]

HOSTILE = [
    "", " ", "  ", "\n", "\t \r\n", "\0", "a\0b", "\ufffd", "a\ufffdb", "\u200b", "\u200d", "\ufeffabc", " " * 300,
    "a" * 99, "a" * 100, "a" * 101, "a" * 400, "é" * 100, "é" * 101, "ab" * 200, "!" * 100, "\u0301" * 50,
    "a" + "\u0301\u0323\u0334" * 40, "e\u0301", "\u1e9b\u0323", "q\u0307\u0323", "\u0344", "\u1100\u1161\u11a8",
    "가\u11a8", "👨‍👩‍👧‍👦", "🏳️‍🌈 🇩🇪🇫🇷", "👍🏽", "©\u200d", "a\u200db", "\u202eabc\u202c", "ﬁn ﬂoß ıI", "ΑΣ ὈΔΥΣΣΕΎΣ",
    "Ǆ ǅ ǆ", "１２３ ＡＢＣ", "①②③ Ⅷ ½", "x²+y³=z⁴", "don't I'll WE'RE you've 's 't", "  leading", "trailing  ",
    "a  b   c    d", "a\n\n\nb\r\nc\r\r", "\u00a0nbsp\u00a0", "\u3000全角　空白", "\u2028line\u2029para\u0085nel",
    "12345678901234567890", "http://example.com/a?b=c&d=e#f", "foo_bar __init__ a-b--c", "'''\"\"\"```",
    "<s></s> <pad> <unk> [CLS] [SEP] [MASK] [UNK] [PAD] <mask> <|endoftext|>", "▁▁a▁b", "<0x0A> <0xE2>", "Ġhello Ċ",
    "中文测试,英文mixed混合", "ｶﾀｶﾅ ゕゖ", "\U0001d165\U0001d16e\U0001d172", "a\u0302\u030a\u0323\u0327b",
    "\u0f71\u0f72\u0f74\u0f80", "\u1cd0क\u093c", "\u302e\u302f가", "\ud7b0\ud7cb", "a\u034fb", "\u061c\u06dd\u070f٣",
    "\u0600١", "\u0d4e\u0d15", "[CLS]", "x[SEP]y", " [MASK] z", "[mask]", "a\r\n", "\n" * 50, "\u0e33 \u0eb3", "ﷺ ﷲ",
    "㌀ ㍿ ㋀", "Å Å Å", "ſ ẛ", "\u0345\u0345α\u0345", "ᾳ ᾼ ᾷ", "ŉ ǰ ΐ",
]

WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def language_sentences():
    root = os.environ.get("MARTLET_SHARED")
    if not root:
        return []
    texts = []
    for name in ("lingua_sentences.dev.jsonl", "lingua_sentences.train.jsonl.gz"):
        path = os.path.join(root, "data", "language", name)
        if os.path.exists(path):
            with (gzip.open if name.endswith("gz") else open)(path, "rt", encoding="utf-8") as file:
                texts += [json.loads(line)["text"] for line in file]
    return texts


def texts(count, specials, source):
    """Hostile texts, then made ones until there are `count`."""
    pick = random.Random(11)
    made = list(HOSTILE)
    for special in specials:
        made += [special, f"a{special}b", f" {special} ", f"x {special}  y", special.upper(), special[:-1], f"é{special}中"]

    def scalar():
        low, high = pick.choice(SCRIPTS)
        return chr(pick.randint(low, high))

    extra = ["\u200b", " ", "  ", "\u0301\u0302", "\0", "\u200d", "\n\n", "\ufffd", "\u00ad", "\u3000"] + specials
    while len(made) < count:
        kind = pick.randrange(4)
        if kind == 0:
            made.append("".join(scalar() for _ in range(pick.randint(1, 30))))
        elif kind == 1:
            low, high = pick.choice(SCRIPTS)
            made.append("".join(
                pick.choice([chr(pick.randint(low, high))] * 6 + [" ", "  ", ".", "\u0301", "\n", "a", "Z", "9", "'s"])
                for _ in range(pick.randint(1, 40))))
        else:
            text = pick.choice(source)
            if kind == 2:
                for _ in range(pick.randint(1, 6)):
                    place = pick.randint(0, len(text))
                    text = text[:place] + pick.choice(extra + [scalar()]) + text[place:]
            made.append(text)
    return made[:max(count, 0)]


def character_map(pairs):
    """A precompiled_charsmap in the layout of Darts-clone, the places found by first fit."""
    root = {}
    for key, value in pairs.items():
        node = root
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = value.encode()
    units, used, taken, replacements = {0: 0}, {0}, set(), bytearray()

    def place(node, position):
        base = 1
        while base in taken or any((base ^ byte) in used for byte in node):
            base += 1
        taken.add(base)
        used.update(base ^ byte for byte in node)
        units[position] |= (position ^ base) << 10 | (0 in node) << 8
        for byte, child in node.items():
            units[base ^ byte] = byte
            if byte == 0:
                units[base] = 1 << 31 | len(replacements)
                replacements.extend(child + b"\0")
        for byte, child in node.items():
            if byte:
                place(child, base ^ byte)

    place(root, 0)
    size = (max(units) // 256 + 1) * 256
    trie = b"".join(struct.pack("<I", units.get(index, 0)) for index in range(size))
    return struct.pack("<I", len(trie)) + trie + bytes(replacements)


FOLDS = {
    "\n": " ", "\r": " ", "\t": " ", "\u00a0": " ", "\u3000": " ", "\u200b": "", "ﬁ": "fi", "ﬂ": "fl", "①": "1", "½": "1⁄2",
    "ｶ": "カ", "ﾞ": "\u3099", "e\u0301": "é", "\u0301": "´", "Å": "Å", "ß": "ss", "…": "...", "㌀": "アパート", "\u0600": "n",
}


def template(tokenizer, opening, closing):
    return processors.TemplateProcessing(
        single=f"{opening} $A {closing}", pair=f"{opening} $A {closing} $B:1 {closing}:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in (opening, closing)])


def word_piece(source, size, lowercase):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, handle_chinese_chars=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        source, trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def byte_level(source, size, specials, normalizer=None, split=None, prefix=False, ignore_merges=False, unknown=None):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges, unk_token=unknown))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=split is None)
    if split:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(split), "isolated"), tokenizer.pre_tokenizer])
    tokenizer.train_from_iterator(source, trainers.BpeTrainer(
        vocab_size=size, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    return tokenizer


def sentence_piece(source, size, normalizer, pre_tokenizer, fuse, fallback):
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    if fallback:
        specials += [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.train_from_iterator(source, trainers.BpeTrainer(
        vocab_size=size, limit_alphabet=min(600, size // 3), special_tokens=specials, show_progress=False))
    document = json.loads(tokenizer.to_str())
    document["model"].update(byte_fallback=fallback, fuse_unk=fuse)
    document["added_tokens"] = [token for token in document["added_tokens"] if not token["content"].startswith("<0x")]
    tokenizer.pre_tokenizer = pre_tokenizer or pre_tokenizers.Split("▁", "isolated")
    document["pre_tokenizer"] = json.loads(tokenizer.to_str())["pre_tokenizer"] if pre_tokenizer else None
    tokenizer = Tokenizer.from_str(json.dumps(document))
    tokenizer.add_tokens([AddedToken("\n" * count, normalized=False) for count in range(2, 6)])
    tokenizer.post_processor = template(tokenizer, "<bos>", "<eos>")
    return tokenizer


def unigram(source, size, normalizer, pre_tokenizer, fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(source, trainers.UnigramTrainer(
        vocab_size=size, special_tokens=specials, unk_token="<unk>", show_progress=False))
    if fallback:
        document = json.loads(tokenizer.to_str())
        document["model"]["vocab"] += [[f"<0x{byte:02X}>", -20.0] for byte in range(256)]
        document["model"]["byte_fallback"] = True
        tokenizer = Tokenizer.from_str(json.dumps(document))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = template(tokenizer, "<s>", "</s>")
    return tokenizer


def tokenizers(source, size):
    yield "wordpiece_uncased", word_piece(source, size, True)
    yield "wordpiece_cased", word_piece(source, size, False)
    plain = byte_level(source, size, ["<|endoftext|>"])
    plain.post_processor = processors.ByteLevel(trim_offsets=False)
    yield "bytelevel_gpt2", plain
    roberta = byte_level(
        source, size, ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)], prefix=True,
        unknown="<unk>")
    roberta.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
    yield "bytelevel_roberta", roberta
    modern = byte_level(
        source, size, ["[UNK]", "[CLS]", "[SEP]", "[PAD]", AddedToken("[MASK]", lstrip=True, special=True)],
        normalizer=normalizers.NFC())
    modern.add_tokens([AddedToken(" " * count) for count in range(2, 8)])
    modern.post_processor = template(modern, "[CLS]", "[SEP]")
    yield "bytelevel_modernbert", modern
    for name, pattern in (("bytelevel_words", WORDS), ("bytelevel_cased", CASED)):
        split = byte_level(source, size, ["<|begin|>", "<|end|>"], split=pattern, ignore_merges=name.endswith("words"))
        split.post_processor = processors.Sequence(
            [processors.ByteLevel(trim_offsets=True), template(split, "<|begin|>", "<|end|>")])
        yield name, split
    underscore = normalizers.Replace(" ", "▁")
    yield "sentencepiece_gemma", sentence_piece(
        source, size, underscore, pre_tokenizers.Split(" ", "merged_with_previous"), True, True)
    yield "sentencepiece_llama", sentence_piece(
        source, size, normalizers.Sequence([normalizers.Prepend("▁"), underscore]), None, True, True)
    yield "sentencepiece_unknown", sentence_piece(
        source, size, normalizers.NFKC(), pre_tokenizers.Metaspace(prepend_scheme="first"), False, False)
    folds = normalizers.Precompiled(character_map(FOLDS))
    yield "unigram_xlmr", unigram(
        source, size, folds, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]))
    yield "unigram_albert", unigram(
        source, size, normalizers.Sequence([
            normalizers.Replace("``", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(),
            normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]), pre_tokenizers.Metaspace())
    yield "unigram_bytes", unigram(source, size, None, pre_tokenizers.Metaspace(prepend_scheme="never"), fallback=True)


def specials(tokenizer):
    return [token.content for token in tokenizer.get_added_tokens_decoder().values()][:12]


def small(path):
    made = []
    for name, tokenizer in tokenizers(SENTENCES, 350):
        document = json.loads(tokenizer.to_str())
        pick = texts(len(HOSTILE) + 45, specials(tokenizer)[:6], SENTENCES)
        cases = [
            [text, encoding.ids, [offset for pair in encoding.offsets for offset in pair]]
            for text, encoding in ((text, tokenizer.encode(text)) for text in pick if len(text) < 120)]
        made.append(json.dumps({"name": name, "tokenizer": document, "cases": cases}, separators=(",", ":")))
    with open(path, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(made) + "\n]\n")


def write_cases(tokenizer, path, made):
    with open(path, "wb") as file:
        for text in made:
            data, encoding = text.encode(), tokenizer.encode(text)
            file.write(struct.pack("<I", len(data)) + data + struct.pack("<I", len(encoding.ids)))
            for token, (start, end) in zip(encoding.ids, encoding.offsets):
                file.write(struct.pack("<III", token, start, end))


def parity(directory, count, paths):
    os.makedirs(directory, exist_ok=True)
    source = language_sentences() or SENTENCES
    random.Random(3).shuffle(source)
    for path in paths:
        tokenizer = Tokenizer.from_file(path)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        write_cases(tokenizer, os.path.join(directory, "given.cases"), texts(count, specials(tokenizer), source))
        tokenizer.save(os.path.join(directory, "given.json"))
    for name, tokenizer in tokenizers(source[:6000], 6000):
        tokenizer.save(os.path.join(directory, f"{name}.json"))
        write_cases(tokenizer, os.path.join(directory, f"{name}.cases"), texts(count, specials(tokenizer), source))


if __name__ == "__main__":
    if sys.argv[1] == "small":
        small(sys.argv[2])
    else:
        parity(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 20000, sys.argv[4:])
