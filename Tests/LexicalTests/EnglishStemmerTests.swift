import Lexical
import Testing

@Suite struct EnglishStemmerTests {
    /// Stems as Snowball's own English stemmer has them.
    private static let known: [(word: String, stem: String)] = [
        ("running", "run"), ("runs", "run"), ("ran", "ran"), ("generously", "generous"), ("generate", "generat"),
        ("communism", "communism"), ("arsenal", "arsenal"), ("dying", "die"), ("skies", "sky"), ("sky", "sky"),
        ("skis", "ski"), ("news", "news"), ("innings", "inning"), ("inning", "inning"), ("proceed", "proceed"),
        ("proceeded", "proceed"), ("ties", "tie"), ("cries", "cri"), ("gas", "gas"), ("this", "this"),
        ("kiwis", "kiwi"), ("hopping", "hop"), ("hoping", "hope"), ("hoped", "hope"), ("falling", "fall"),
        ("hissing", "hiss"), ("fizzed", "fizz"), ("failing", "fail"), ("filing", "file"), ("agreed", "agre"),
        ("feed", "feed"), ("luxuriated", "luxuri"), ("controlled", "control"), ("beautiful", "beauti"),
        ("relational", "relat"), ("conditional", "condit"), ("rational", "ration"), ("valency", "valenc"),
        ("hesitancy", "hesit"), ("digitizer", "digit"), ("conformably", "conform"), ("radically", "radic"),
        ("differently", "differ"), ("analogously", "analog"), ("vietnamization", "vietnam"),
        ("predication", "predic"), ("operator", "oper"), ("feudalism", "feudal"), ("decisiveness", "decis"),
        ("hopefulness", "hope"), ("callousness", "callous"), ("formality", "formal"), ("sensitivity", "sensit"),
        ("sensibility", "sensibl"), ("triplicate", "triplic"), ("formative", "format"), ("formalize", "formal"),
        ("electricity", "electr"), ("electrical", "electr"), ("goodness", "good"), ("revival", "reviv"),
        ("allowance", "allow"), ("inference", "infer"), ("airliner", "airlin"), ("gyroscopic", "gyroscop"),
        ("adjustable", "adjust"), ("defensible", "defens"), ("irritant", "irrit"), ("replacement", "replac"),
        ("adjustment", "adjust"), ("dependent", "depend"), ("adoption", "adopt"), ("communicate", "communic"),
        ("effective", "effect"), ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"), ("roll", "roll"),
        ("controlling", "control"), ("happy", "happi"), ("cry", "cri"), ("by", "by"), ("say", "say"),
        ("enjoy", "enjoy"), ("youth", "youth"), ("boy's", "boy"), ("dogs'", "dog"), ("apologies", "apolog"),
        ("geology", "geolog"), ("gently", "gentl"), ("only", "onli"), ("urgent", "urgent"), ("urgently", "urgent"),
        ("emergency", "emerg"), ("emergencies", "emerg"),
    ]

    @Test(arguments: known)
    func stemsAsSnowballDoes(_ pair: (word: String, stem: String)) {
        #expect(EnglishStemmer.stem(pair.word) == pair.stem)
    }

    @Test func leavesOtherWordsAlone() {
        for word in ["", "a", "is", "приветы", "café", "x2s", String(repeating: "s", count: 100)] {
            #expect(EnglishStemmer.stem(word) == word)
        }
        #expect(EnglishStemmer.stem("'''") == "'")
    }
}
