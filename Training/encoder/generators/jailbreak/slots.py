"""Slots with everyday content, used by both classes so that content words do not tell them apart."""

from .grammar import lines

COMMON = {
    "topic": lines("""
        the history of Rome
        photosynthesis
        sourdough bread
        electric cars
        the water cycle
        black holes
        renewable energy
        learning the guitar
        indoor plants
        remote work
        the French Revolution
        personal finance
        machine learning
        beekeeping
        marathon training
        the Great Barrier Reef
        chess openings
        public libraries
        coffee roasting
        the Silk Road
        climate change
        jazz music
        vaccines
        tax returns
        Norse mythology
        urban gardening
        volcanoes
        the immune system
        supply chains
        typography
        space travel
        dog training
        the stock market
        mental health at work
        Japanese tea ceremonies
        bridge construction
        online shopping
        sleep
        migratory birds
        football tactics
    """),
    "person": lines("""
        Anna
        Marco
        Priya
        Tom
        Chen Wei
        Fatima
        Lucas
        Ingrid
        Dan
        Olu
        Sofia
        Mr Hargreaves
        Dr Lindqvist
        Kenji
        my boss
        my sister
        a colleague
        our landlord
    """),
    "first": lines("""
        Anna
        Marco
        Priya
        Tom
        Wei
        Fatima
        Lucas
        Ingrid
        Dan
        Olu
        Sofia
        Kenji
        Hannah
        Pavel
        Grace
        Mateo
    """),
    "city": lines("""
        Lisbon
        Osaka
        Denver
        Krakow
        Nairobi
        Lyon
        Toronto
        Valencia
        Leeds
        Hanoi
        Bergen
        Montevideo
    """),
    "company": lines("""
        Northwind
        Brightleaf
        Contoso
        Alder & Sons
        Helix Labs
        BlueRiver
        Tessera
        Quantum Foods
        Marigold Bank
        Polaris Travel
        Redwood Insurance
        Kite Mobile
    """),
    "language": lines("""
        French
        German
        Spanish
        Italian
        Dutch
        Japanese
        Polish
        Portuguese
        Swedish
        Hindi
    """),
    "code_language": lines("""
        Python
        JavaScript
        Rust
        Go
        Java
        Swift
        TypeScript
        C++
        Ruby
        Kotlin
    """),
    "day": lines("""
        Monday
        Tuesday
        Wednesday
        Thursday
        Friday
        Saturday
        Sunday
        the 14th
        3 May
    """),
    "n": ["2", "3", "4", "5", "6", "7", "8", "10", "12", "15"],
    "big": ["40", "72", "95", "120", "180", "256", "340", "512", "1,200", "4,500"],
    "dish": lines("""
        a vegetable lasagne
        chicken curry
        pumpkin soup
        pancakes
        a lentil stew
        banana bread
        mushroom risotto
        fish tacos
        an apple crumble
        ramen
    """),
    "greeting": ["Hi", "Hello", "Hey", "Good morning", "Hi there", "Dear all", "Hello team", "Hey there", "Good evening"],
    "please": ["please", "kindly", "if you can,", "could you", "I'd like you to", "I need you to", "can you"],
}
