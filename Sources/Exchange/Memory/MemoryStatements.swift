internal import Lexical
internal import State

/// What a user says about himself, sentence by sentence: facts and likings (semantic), and how he wants things done
/// (procedural). Only the user's own words count; what a model says of a user is no source.
///
/// It reads for form and only English ones; what it does not find is still in the turn, which is remembered too. A wish
/// that reads like an order to a model is kept apart by ``MemoryGuard`` as any other text.
enum MemoryStatements {
    private static let opening =
        "^((also|and|but|so|well|by the way|fyi|note that|remember that|for context),? )?"

    private static let rules: [(kind: Kind, pattern: String)] = [
        (
            .wish,
            #"^(please |kindly )?(always|never|don't|do not) (use|give|send|show|answer|reply|respond|write|call|include)\b"#
        ),
        (.wish, #"^(please |kindly )?(always|never|don't|do not) (add|format|explain|translate)\b"#),
        (.wish, #"^(please |kindly )?(answer|reply|respond|write|talk) (to me )?(in|with|only|briefly|shortly)\b"#),
        (.wish, #"^(please )?(call|address) me\b"#),
        (
            .wish,
            #"^(for (my|our) [\w' -]{2,40},? )?(i|we)('d| would)? (always |usually |normally )?"#
                + #"(like|want|prefer|expect|need) (you|(my |our |all )?([\w-]+ ){0,2}"#
                + #"(answers?|replies|responses|explanations|summaries|code|examples|reports?|e-?mails?|units?|dates?|times?))\b"#
        ),
        (
            .wish,
            #"^(when|whenever|if|before|after) (i|we|you) \w+.{2,120}, (please )?"#
                + #"(use|give|send|show|answer|reply|write|start|begin|keep|put|add)\b"#
        ),
        (
            .fact,
            opening
                + #"(my|our) [\w' -]{2,60}\b (is|are|was|were|has|have|had|lives?|works?|sleeps?|likes?|loves?|hates?"#
                + #"|needs?|speaks?|goes|takes?|starts?|ends?|plays?|attends?|died|moved)\b"#
        ),
        (
            .fact,
            opening + #"i( am|'m|'ve| have| was| live| work| own| use| speak| study| studied| teach| drive| run| play"#
                + #"| collect| grew| moved| come| suffer| take| follow| belong)\b"#
        ),
        (
            .fact,
            opening + #"(i|we)( really| absolutely| also| always| usually| often| never)? (like|love|prefer|enjoy|hate"#
                + #"|dislike|avoid|adore|(cannot|can't) (stand|eat)|(don't|do not) (eat|drink|like))\b"#
        ),
        (.fact, opening + #"we( are|'re| have|'ve| live| work| own| use| moved| speak)\b"#),
        (.fact, opening + #"(people|everyone|friends) calls? me\b"#),
    ]

    /// States of the moment, and what is only said to ask: neither is worth keeping.
    private static let passing = [
        opening
            + #"i( am|'m)( just| currently| still| now| so| very| really)? (looking|trying|wondering|asking|getting"#
            + #"|having|writing to|going to|not sure|unsure|sorry|confused|stuck|curious|thinking|here|happy to|glad"#
            + #"|afraid|done|back|ready|sure)\b"#,
        opening
            + #"i( have|'ve)( got)? (a|an|another|one|some|two|this|the following) (quick |small |simple |short |more )?"#
            + #"(questions?|problems?|issues?|errors?|requests?|tasks?|bugs?)\b"#,
        opening + #"i( have|'ve) (been trying|tried|read|seen|heard|just|already|no idea|to)\b"#,
        opening + #"i was (wondering|hoping|thinking|looking|asking|told|trying)\b"#,
        opening + #"(my|our) (question|problem|issue|error|guess|point|request|task|code|file|program|query)\b"#,
        #"^i('d| would)? like (you )?to\b"#,
        #"^i( want| need) you to (write|explain|tell|help|fix|make|find|do|translate|give me)\b"#,
    ]

    private enum Kind { case fact, wish }

    private static let patterns = try? PatternSet(rules.map { (source: $0.pattern, caseInsensitive: true) })
    private static let passingPatterns = try? PatternSet(passing.map { (source: $0, caseInsensitive: true) })
    /// Sentences of one message that are kept.
    private static let most = 4
    /// Messages beyond this length are documents rather than somebody speaking of himself.
    private static let longestMessage = 2_000
    private static let lengths = 10...300
    /// Their full stop ends no sentence.
    private static let abbreviations = [" Dr.", " Mr.", " Mrs.", " Ms.", " Prof.", " St.", "e.g.", "i.e."]

    /// The statements in a message of a user.
    static func chunks(of message: String) -> [MemoryExtraction.Chunk] {
        guard message.utf8.count <= longestMessage, !message.contains("```"), let patterns, let passingPatterns else {
            return []
        }
        var chunks: [MemoryExtraction.Chunk] = []
        for sentence in sentences(of: message) where lengths.contains(sentence.count) && chunks.count < most {
            guard !sentence.hasSuffix("?"), passingPatterns.matches(in: sentence).isEmpty,
                let rule = patterns.matches(in: sentence).first
            else { continue }
            chunks.append(
                MemoryExtraction.Chunk(
                    kind: rules[rule].kind == .wish ? .procedural : .semantic, text: sentence, source: .conversation,
                    importance: 0.8))
        }
        return chunks
    }

    /// The sentences of a text, each with the sign that ends it. A full stop within a number or an address ends none.
    static func sentences(of text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        func end() {
            let trimmed = sentence.trimmingPrefix { $0.isWhitespace }
            if !trimmed.isEmpty { sentences.append(String(trimmed)) }
            sentence = ""
        }
        let plain = text.replacing("\u{2019}", with: "'")
        for index in plain.indices {
            let character = plain[index]
            if character.isNewline {
                end()
                continue
            }
            sentence.append(character)
            guard ".!?".contains(character) else { continue }
            let next = plain.index(after: index)
            let isOpen = abbreviations.contains { sentence.hasSuffix($0) }
            if !isOpen, next == plain.endIndex || plain[next].isWhitespace { end() }
        }
        end()
        return sentences
    }
}
