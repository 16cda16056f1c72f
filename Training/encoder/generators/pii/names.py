"""Names of people, companies, towns and streets: the `faker` locales, the identity table and the word lists."""

import gzip
import json
import re
import unicodedata
from pathlib import Path

from faker import Faker

from .files import is_dev

LOCALES = (
    "en_US en_GB en_IN en_IE en_NZ de_DE de_AT fr_FR fr_CH es_ES es_MX es_AR it_IT nl_NL sv_SE da_DK no_NO fi_FI pl_PL "
    "cs_CZ sk_SK hu_HU pt_PT pt_BR ro_RO tr_TR hr_HR sl_SI lt_LT lv_LV et_EE id_ID vi_VN fil_PH yo_NG ha_NG ig_NG "
    "tw_GH zu_ZA az_AZ"
).split()
# Not Italian: faker keeps those towns in a set, and their order changes from run to run.
ADDRESS_LOCALES = (
    "en_US en_US en_US en_GB en_GB en_CA en_AU en_NZ en_IN en_IE de_DE fr_FR es_ES es_MX nl_NL sv_SE pl_PL pt_BR da_DK "
    "cs_CZ"
).split()
TOWN_LOCALES = ADDRESS_LOCALES + "tr_TR hu_HU ro_RO hr_HR id_ID".split()
COMPANY_LOCALES = "en_US en_GB de_DE fr_FR it_IT sv_SE nl_NL".split()
UNITS = ["Flat {}, ", "Apt {}, ", "Unit {}, ", "Suite {}, "]
FOLDS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i", "æ": "ae"})


def ascii_fold(text):
    """The text without diacritics, as a news agency prints it."""
    plain = text.translate(FOLDS)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


class NameSource:
    """Names for one side of the division; what `is_dev` assigns to the other side never comes out."""

    def __init__(self, lists, rng, dev, shared):
        self.rng, self.dev, self.lists = rng, dev, lists
        self.fakers = {}
        for code in dict.fromkeys(LOCALES + ADDRESS_LOCALES):
            self.fakers[code] = Faker(code)
            self.fakers[code].seed_instance(rng.getrandbits(32))
        self.identities = []
        path = Path(shared) / "data/pii/fake_identities.train.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                for row in map(json.loads, stream):
                    if all(ord(c) < 0x250 for c in row["GivenName"] + row["Surname"]):
                        self.identities.append(
                            (row["GivenName"], row["Surname"], row.get("Company"), row.get("StreetAddress")))
        self.given = [name for name in lists["given"] if is_dev(name) == dev]
        self.family = [name for name in lists["family"] if is_dev(name) == dev]

    def kept(self, make):
        """The first result of `make` on this side of the division."""
        for _ in range(400):
            name = re.sub(r"\s+", " ", make()).strip()
            if is_dev(name.lower()) == self.dev:
                return name
        return name

    def person(self):
        """(given name, family name), independently divided and sometimes from different cultures."""
        draw = self.rng.random()
        if draw < 0.35:
            return self.rng.choice(self.given), self.rng.choice(self.family)
        if draw < 0.65 and self.identities:
            first = self.kept(lambda: self.rng.choice(self.identities)[0])
            last = self.kept(lambda: self.rng.choice(self.identities)[1])
            if self.rng.random() < 0.5:
                return first, last
            pair = self.rng.choice(self.identities)
            is_ours = is_dev(pair[0].lower()) == is_dev(pair[1].lower()) == self.dev
            return (pair[0].strip(), pair[1].strip()) if is_ours else (first, last)
        source = self.fakers[self.rng.choice(LOCALES)]
        first, last = self.kept(source.first_name), self.kept(source.last_name)
        if self.rng.random() < 0.6:
            first, last = ascii_fold(first), ascii_fold(last)
        if draw > 0.97:
            last = f"{last}-{self.kept(source.last_name)}"
        return first, last

    def coined(self):
        syllables = self.lists["company.syllable"]
        return self.kept(lambda: "".join(self.rng.choices(syllables, k=self.rng.choice([2, 2, 3])))).capitalize()

    def company(self):
        """A company that does not exist: coined words, family names, initials, or a place with a trade."""
        rng, draw = self.rng, self.rng.random()
        suffix = rng.choice(self.lists["company.suffix"] + self.lists["company.trade"])
        if draw < 0.25:
            return f"{self.coined()} {suffix}"
        if draw < 0.4:
            return self.coined()
        if draw < 0.5:
            return f"{self.person()[1]} & {rng.choice([self.person()[1], 'Co', 'Sons', 'Partners'])}"
        if draw < 0.6:
            return f"{self.person()[1]} {suffix}"
        if draw < 0.7:
            letters = "".join(rng.choices("ABCDEFGHIKLMNOPRSTVW", k=rng.choice([2, 3, 3, 4])))
            return letters + rng.choice(["", "", f" {suffix}"])
        if draw < 0.8:
            places = self.lists["city" if rng.random() < 0.6 else "country"]
            place = rng.choice([name for name in places if is_dev(name) == self.dev])
            return f"{place} {rng.choice(self.lists['company.trade'])}"
        if draw < 0.9 and self.identities:
            return self.kept(lambda: rng.choice(self.identities)[2] or self.coined())
        return self.kept(self.fakers[rng.choice(COMPANY_LOCALES)].company)

    def town(self):
        """A small place."""
        name = self.kept(self.fakers[self.rng.choice(TOWN_LOCALES)].city)
        return ascii_fold(name) if self.rng.random() < 0.6 else name

    def address(self):
        """A street with a number, with or without the unit, the town and the postal code."""
        rng = self.rng
        source = self.fakers[rng.choice(ADDRESS_LOCALES)]
        if rng.random() < 0.1 and self.identities:
            street = self.kept(lambda: rng.choice(self.identities)[3] or source.street_address())
        else:
            street = self.kept(lambda: source.street_address().replace("\n", ", "))
        street = street.strip()
        if rng.random() < 0.12:
            street = rng.choice(UNITS).format(rng.randint(1, 90)) + street
        if rng.random() < 0.12:
            return f"{street}, {self.town()} {source.postcode()}"
        return street
