"""Addresses as many countries write them."""

STREETS = {
    "en": (["Maple", "Church", "Station", "High", "Mill", "King", "Queen", "Park", "Victoria", "Green", "Oak", "Elm", "Cedar", "Lake", "Hill", "River",
            "Sunset", "Washington", "Lincoln", "Jefferson", "Baker", "Abbey", "Harbour", "Willow", "Chestnut", "Spring", "Meadow", "Forest", "Prospect",
            "Franklin", "Walnut", "Old Mill", "Stone", "Rose", "Orchard", "Canal", "Albert", "Grange", "Bridge", "North", "West 42nd", "5th", "East 9th"],
           ["Street", "St", "St.", "Road", "Rd", "Avenue", "Ave", "Lane", "Ln", "Drive", "Dr", "Close", "Way", "Court", "Ct", "Boulevard", "Blvd", "Place",
            "Terrace", "Crescent", "Square", "Parkway", "Row", "Gardens", "Circle", "Trail", "Walk", "Mews", "Quay"]),
    "de": (["Haupt", "Bahnhof", "Garten", "Schul", "Linden", "Berg", "Kirch", "Goethe", "Schiller", "Mozart", "Wald", "Ring", "Markt", "Mühlen", "Rosen"],
           ["straße", "strasse", "str.", "weg", "gasse", "platz", "allee", "ufer", "ring"]),
    "fr": (["de la Paix", "Victor Hugo", "des Lilas", "du Moulin", "de la République", "Pasteur", "Saint-Michel", "des Écoles", "du Général Leclerc",
            "de Lyon", "des Acacias", "Voltaire"], ["rue", "avenue", "boulevard", "place", "chemin", "impasse", "quai", "allée"]),
    "es": (["Mayor", "del Sol", "San Juan", "de la Constitución", "Cervantes", "Bolívar", "Las Flores", "Juárez", "de Colón", "Libertad", "La Paz"],
           ["Calle", "C/", "Avenida", "Av.", "Plaza", "Paseo", "Carrera", "Camino"]),
    "it": (["Roma", "Garibaldi", "Dante", "Mazzini", "Verdi", "della Libertà", "San Marco", "Cavour", "dei Fiori"], ["Via", "Viale", "Piazza", "Corso", "Largo"]),
    "nl": (["Kerk", "Dorps", "Molen", "School", "Prinsen", "Heren", "Haven", "Stations", "Beatrix", "Wilhelmina"], ["straat", "laan", "weg", "gracht", "plein", "kade"]),
    "no": (["Stor", "Kirke", "Skole", "Strand", "Nygårds", "Birke", "Sjø", "Kungs", "Drottning"], ["gata", "gatan", "veien", "vägen", "gade", "vej", "katu", "allé"]),
    "pl": (["Polna", "Leśna", "Słoneczna", "Krótka", "Szkolna", "Ogrodowa", "Mickiewicza", "Kościuszki", "Długa"], ["ul.", "al.", "pl.", "os."]),
    "pt": (["das Flores", "do Comércio", "da Liberdade", "São João", "Augusta", "do Carmo", "Quinze de Novembro"], ["Rua", "Avenida", "Travessa", "Largo", "Praça"]),
    "in": (["MG", "Nehru", "Gandhi", "Park", "Station", "Temple", "Lake View", "Anna", "Linking", "Residency"], ["Road", "Marg", "Nagar", "Colony", "Cross", "Layout", "Street"]),
    "tr": (["Atatürk", "Cumhuriyet", "İnönü", "Bahçe", "Gül", "Lale"], ["Cad.", "Sok.", "Caddesi", "Bulvarı", "Mah."]),
    "jp": (["Ginza", "Shibuya", "Sakae", "Kita", "Minami", "Honcho", "Namba"], ["-ku", "-cho", "-machi", ""]),
}
STATES = "NY CA TX WA FL IL MA OH GA PA NJ CO OR NSW VIC QLD ON BC QC".split()


def digits(rng, form):
    return "".join(str(rng.randint(0, 9)) if c == "#" else rng.choice("ABCDEGHJKLMNPRSTVWXY") if c == "@" else c for c in form)


def street(rng):
    """Street and house number of a random country, with the key of its postal code."""
    code = rng.choice(["en"] * 8 + list(STREETS))
    names, kinds = STREETS[code]
    name, kind, number = rng.choice(names), rng.choice(kinds), str(rng.choice([rng.randint(1, 99), rng.randint(1, 999), rng.randint(1000, 19999)]))
    if code in ("de", "nl", "no"):
        text = f"{name}{kind} {number if len(number) < 4 else number[:2]}{rng.choice(['', '', 'a', 'b', '-' + number[:1]])}"
        return (text if code != "de" or rng.random() < 0.8 else f"Am {name}{kind[-3:]} {number[:2]}"), code
    if code == "fr":
        return f"{number[:3]}{rng.choice(['', ' bis', ','])} {kind} {name}", code
    if code in ("es", "it", "pt"):
        return f"{kind} {name}{rng.choice([' ', ', ', ' nº ', ' n. '])}{number[:3]}{rng.choice(['', '', ', 2º B', ', piso 3'])}", code
    if code == "pl":
        return f"{kind} {name} {number[:3]}{rng.choice(['', '/4', '/12', ' m. 3'])}", code
    if code == "in":
        return f"{rng.choice(['', 'No. ', 'Plot ', 'H.No. '])}{number[:3]}, {name} {kind}", code
    if code == "tr":
        return f"{name} {kind} No:{number[:2]}{rng.choice(['', ' D:4', '/7'])}", code
    if code == "jp":
        return f"{number[0]}-{number[-1]}-{rng.randint(1, 20)} {name}{kind}", code
    text = f"{number}{rng.choice(['', '', '', 'A', 'b'])} {rng.choice(['', '', '', '', 'N ', 'S. ', 'West ', 'NE '])}{name} {kind}"
    draw = rng.random()
    if draw < 0.10:
        return rng.choice(["Flat ", "Apt ", "Unit ", "Suite ", "Room ", "Apartment "]) + digits(rng, rng.choice(["#", "##", "#@"])) + ", " + text, code
    if draw < 0.22:
        return text + rng.choice([", Apt. ", ", Suite ", " #", ", Unit ", " apt ", ", Floor "]) + digits(rng, rng.choice(["#", "##", "###", "#@"])), code
    if draw < 0.26:
        return rng.choice(["P.O. Box ", "PO Box ", "Postbox "]) + number, code
    return text, code


POSTCODES = {"en": ["#####", "#####-####", "@@# #@@", "@## #@@", "####", "@#@ #@#"], "de": ["#####"], "fr": ["#####"], "es": ["#####"], "it": ["#####"],
             "nl": ["#### @@"], "no": ["####", "### ##"], "pl": ["##-###"], "pt": ["####-###", "#####-###"], "in": ["######"], "tr": ["#####"], "jp": ["###-####"]}


def full(rng, town):
    """A street alone, or with town and postal code in the order of its country, in one line or several."""
    text, code = street(rng)
    if rng.random() < 0.5:
        return text
    gap = rng.choice([", ", ", ", ", ", "\n", " ", " - "])
    post = digits(rng, rng.choice(POSTCODES[code]))
    if code == "en":
        last = rng.choice([f"{town}, {rng.choice(STATES)} {post}", f"{town} {rng.choice(STATES)} {post}", f"{town} {post}", f"{town}, {post}", town])
    else:
        last = rng.choice([f"{post} {town}", f"{post} {town}", f"{town} {post}", town])
    return text + gap + last
