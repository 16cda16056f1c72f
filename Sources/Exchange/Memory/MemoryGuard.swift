internal import Lexical

/// Finds text that would instruct a model when it is remembered and shown again: the way by which one conversation
/// poisons later ones. What it finds is kept apart, never given to a model, and shown to operators with the reason.
///
/// It reads for form, not for intent: a rule that a user sets for himself ("from now on …") is kept apart too, until an
/// operator lets it through.
enum MemoryGuard {
    private static let rules: [(reason: String, pattern: String)] = [
        (
            "overrides_instructions",
            #"\b(ignore|disregard|forget|override|bypass|discard)\b.{0,60}\b(instructions?|prompts?|rules?|guidelines?|polic(y|ies)|context|restrictions?|constraints?)\b"#
        ),
        (
            "standing_order",
            #"\b(from now on|from here on|henceforth|going forward|in (all )?(the )?future( (answers|responses|conversations))?|whenever|every time|each time|next time|always|never)\b.{0,80}\b(you (must|should|shall|will|need to|have to|are to)|respond|reply|answer|say|output|recommend|include|append|call|use the|send|redirect|refuse|reveal|treat)\b"#
        ),
        (
            "standing_order",
            #"\b(you|the (assistant|model|ai|system|agent)) (must|shall|should|will|are to|have to|need to)\b.{0,40}\b(always|never|from now on|whenever|instead)\b"#
        ),
        (
            "assigns_role",
            #"\b(you are (now|no longer)|pretend (to be|that you)|act as (if|though|an?|the)|assume the role|roleplay as|switch (in)?to .{0,20}mode|developer mode|jailbreak(en|ed)?|dan mode)\b"#
        ),
        (
            "imitates_roles",
            #"(<\|?/?(system|assistant|user|im_start|im_end|endoftext|start_header_id|eot_id|memories|memory)\b|\[/?(inst|system)\]|<</?sys>>|#{2,}\s*(system|instruction|assistant)|(^|[\n.;!?]\s*)(system|assistant|developer)\s*(message|prompt)?\s*:)"#
        ),
        ("asks_for_secrets", #"\b(system prompt|hidden prompt|initial instructions|developer message)\b"#),
        (
            "hides_from_user",
            #"\b(do not|don't|never|without) (tell|telling|reveal|revealing|mention|mentioning|inform|informing|show|showing)\b.{0,40}\b(the user|users?|anyone|anybody|operator|this)\b"#
        ),
        (
            "redirects_knowledge",
            #"\b((is|are|has been|have been) (now )?(saved|stored|kept|moved|recorded|found|located) (under|as|with|in the (record|file|data))|(refer|map|redirect|resolve)s? (instead )?to\b.{0,60}\b(instead|rather than|in place of)|(should|must|has to|have to|needs? to) be (replaced|substituted|swapped|redirected|treated) (by|with|as|to))\b"#
        ),
        ("links_out", #"!\[[^\]]*\]\(\s*https?://|\b(curl|wget)\s+(-\S+\s+)*https?://|\bexfiltrat\w*"#),
    ]

    private static let patterns = try? PatternSet(rules.map { (source: "(?s)" + $0.pattern, caseInsensitive: true) })

    /// Why a text must be kept apart; nil where nothing is wrong with it.
    static func problem(in text: String) -> String? {
        // Without the patterns nothing can be vouched for.
        guard let patterns else { return "unchecked" }
        return patterns.matches(in: visible(text)).first.map { rules[$0].reason }
    }

    /// The text as a reader sees it: without characters that take no place, and with plain spaces.
    private static func visible(_ text: String) -> String {
        var visible = ""
        visible.unicodeScalars.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .format, .surrogate, .privateUse, .unassigned: continue
            case .control: visible.unicodeScalars.append(scalar == "\n" ? "\n" : " ")
            case .spaceSeparator, .lineSeparator, .paragraphSeparator: visible.unicodeScalars.append(" ")
            default: visible.unicodeScalars.append(Self.plain(scalar))
            }
        }
        return visible
    }

    /// Full-width letters as ordinary ones.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }
}
