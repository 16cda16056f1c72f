"""What each slot of a template may hold."""

import re

from .files import is_dev

HELD_OUT = "city region geo venue intl public party company club usteam county univ cycling".split()

class Slots:
    """Values for slots, remembered per template where a slot has a key."""

    def __init__(self, lists, names, rng, dev):
        self.names, self.rng = names, rng
        self.lists = dict(lists)
        for name in HELD_OUT:
            self.lists[name] = [entry for entry in lists[name] if is_dev(entry) == dev]
        self.lists["country"] = lists["country.dev"] if dev else lists["country"]
        self.lists["townlist"] = [entry for entry in lists["town.train"] if is_dev(entry) == dev]
        self.lists["cycle"] = self.lists.pop("cycling")
        self.lists["media"] = lists["media.dev"] if dev else lists["media"]
        self.people = {}

    def begin(self):
        """Forgets the people of the template before."""
        self.people = {}

    def knows(self, name):
        """Whether a slot has this name; braces in code samples have other contents."""
        return hasattr(self, "make_" + name) or name in self.lists or name.lower() in self.lists

    def value(self, name, key=None):
        maker = getattr(self, "make_" + name, None)
        if name in ("full", "last", "first", "init"):
            person = self.people.setdefault(key, self.names.person()) if key else self.names.person()
            return maker(person)
        if maker:
            return maker()
        if name not in self.lists:
            word = self.rng.choice(self.lists[name.lower()])
            return re.sub(r"_(.)", lambda match: match.group(1).upper(), word[0].upper() + word[1:])
        return self.rng.choice(self.lists[name])

    # People
    def make_full(self, person):
        first, last = person
        draw = self.rng.random()
        if draw < 0.80:
            return f"{first} {last}"
        if draw < 0.86:
            return f"{first} {self.rng.choice('ABCDEFGHJKLMNPRSTW')}. {last}"
        if draw < 0.92:
            return f"{first[0]}. {last}"
        if draw < 0.96:
            return f"{first} {self.names.person()[0]} {last}"
        return f"{first[0]}.{self.rng.choice('ABCDEHJKMPRS')}. {last}"

    def make_last(self, person):
        return person[1]

    def make_first(self, person):
        return person[0]

    def make_init(self, person):
        return f"{person[0][0]}. {person[1]}" if self.rng.random() < 0.8 else f"{person[0][0]}.{person[1]}"

    # Places and organisations
    def make_town(self):
        return self.pick("townlist") if self.rng.random() < 0.4 else self.names.town()

    def make_city(self):
        return self.pick("city") if self.rng.random() < 0.85 else self.names.town()

    def make_company(self):
        return self.pick("company") if self.rng.random() < 0.5 else self.names.company()

    def make_bank(self):
        owner = self.rng.choice([self.coined_bank, self.make_company])
        return owner()

    def coined_bank(self):
        first = self.rng.choice([self.names.coined, lambda: self.names.person()[1], self.make_city])()
        return self.pick("bank.form").format(first)

    def make_org(self):
        return self.value(self.rng.choice(["company", "company", "intl", "public", "univ", "party", "club", "media"]))

    def make_public(self):
        if self.rng.random() < 0.75:
            return self.pick("public")
        return self.pick("public.form").format(self.make_city())

    def make_univ(self):
        if self.rng.random() < 0.6:
            return self.pick("univ")
        place = self.rng.choice([self.make_city, self.make_town])()
        return self.pick("univ.form").format(place)

    def pick(self, name):
        return self.rng.choice(self.lists[name])

    def make_federation(self):
        first = self.rng.choice([self.make_city, lambda: self.pick("nat"), lambda: self.pick("country"),
                                 lambda: self.pick("federation.first")])()
        return f"{first} {self.pick('federation.field')} {self.pick('federation.kind')}"

    def make_department(self):
        return self.pick("department.form").format(self.pick("department.field"))

    def make_committee(self):
        return f"{self.pick('committee.first')} {self.pick('committee.field')} {self.pick('committee.kind')}"

    def make_exchange(self):
        if self.rng.random() < 0.5:
            return self.pick("exchange")
        return self.pick("exchange.form").format(self.make_city())

    def make_uscityplace(self):
        return self.pick("uscity")

    def make_club(self):
        draw = self.rng.random()
        if draw < 0.62:
            return self.pick("club")
        place = self.make_town() if draw < 0.85 else self.make_city()
        return self.pick("club.form").format(place)

    def make_address(self):
        return self.names.address()

    # Numbers and dates
    def make_n(self):
        return str(self.rng.randint(1, 9)) if self.rng.random() < 0.7 else str(self.rng.randint(10, 60))

    def make_s(self):
        return str(self.rng.choice([0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]))

    def make_n2(self):
        return str(self.rng.randint(10, 99))

    def make_n3(self):
        return str(self.rng.randint(100, 999))

    def make_n4(self):
        return str(self.rng.randint(1000, 9999))

    def make_big(self):
        return f"{self.rng.randint(1, 95)},{self.rng.randint(0, 9)}00"

    def make_dec(self):
        return f"{self.rng.randint(3, 8)}.{self.rng.randint(0, 9)}"

    def make_pct(self):
        whole, tenths = self.rng.randint(0, 90), self.rng.randint(0, 9)
        value = f"{whole}.{tenths}" if self.rng.random() < 0.6 else str(whole)
        return value + self.rng.choice([" percent", " percent", "%", " pct", " per cent"])

    def make_money(self):
        sign = self.rng.choice(["$", "$", "£", "€", "US$", "DM ", "A$", ""])
        amount = self.rng.choice([str(self.rng.randint(1, 900)), f"{self.rng.randint(1, 90)}.{self.rng.randint(1, 9)}"])
        unit = self.rng.choice([" million", " million", " billion", " mln", " bln", ",000", " billion yen"])
        return sign + amount + unit

    def make_sec(self):
        minutes, seconds, parts = self.rng.randint(1, 90), self.rng.randint(10, 59), self.rng.randint(10, 99)
        return self.rng.choice([f"{seconds}.{parts}", f"{minutes % 15}:{seconds}.{parts}", f"{seconds}.{parts} seconds",
                                f"{minutes}.{parts} metres", f"{seconds} seconds behind",
                                f"one minute {seconds} seconds"])

    def make_time(self):
        return f"{self.rng.randint(0, 23):02d}{self.rng.choice([':', ''])}{self.rng.randint(0, 59):02d}"

    def make_year(self):
        return str(self.rng.choice([self.rng.randint(1945, 2025), self.rng.randint(1990, 1999)]))

    def make_years(self):
        return self.rng.choice(["two", "three", "five", "seven", "10", "12", "15", "20"])

    def make_dd(self):
        return str(self.rng.randint(1, 31))

    def make_iso(self):
        year = self.rng.choice([1995, 1996, 1996, 1997, 2008, 2019, 2024])
        return f"{year}-{self.rng.randint(1, 12):02d}-{self.rng.randint(1, 28):02d}"

    def make_date(self):
        rng = self.rng
        return rng.choice([self.make_iso(), f"{rng.randint(1, 28)}/{rng.randint(1, 12)}/{rng.randint(1950, 2024)}",
                           f"{rng.choice(self.lists['month'])} {rng.randint(1, 28)}, {self.make_year()}"])

    def make_phone(self):
        country, area, exchange = self.rng.randint(1, 99), self.rng.randint(10, 999), self.rng.randint(100, 999)
        return f"+{country} {area} {exchange} {self.make_n4()}"

    def make_email(self):
        box = self.rng.choice(["info", "sales", "jdoe", "m.k", "support", "anna77"])
        return f"{box}@{self.rng.choice(['example.com', 'mail.test', 'corp.example.org'])}"
