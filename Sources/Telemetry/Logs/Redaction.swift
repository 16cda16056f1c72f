/// What must never reach a log line or a span (spec pipeline-api §3.2, operations §5.6).
public enum Redaction {
    /// What stands in a secret's place.
    public static let placeholder = "[REDACTED]"

    private static let headers: [StaticString] = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie",
        "x-vsr-internal-auth",
    ]

    /// Whether a header's value is never logged; case does not matter. A word such as `token` inside the name
    /// suffices.
    public static func isSecret(header: String) -> Bool {
        FoldedName.test(header, joinsWords: false) { name in
            name.hasSuffix("-key") || name.contains("token") || name.contains("secret") || name.contains("api-key")
                || headers.contains { name == $0 }
        }
    }

    /// Whether the value of a log field or span attribute is never written. Narrower than ``isSecret(header:)``,
    /// because fields such as `prompt_tokens` count tokens; `_` and `.` read as `-`.
    public static func isSecret(field: String) -> Bool {
        FoldedName.test(field, joinsWords: true) { name in
            name.hasSuffix("-key") || name.hasSuffix("-token") || name == "token" || name.contains("secret")
                || name.contains("password") || name.contains("apikey") || name.contains("api-key")
                || headers.contains { name == $0 }
        }
    }

    /// What is logged in place of a prompt or a response: its size in UTF-8 bytes, e.g. `[content] 12 bytes`.
    public static func contentDescriptor(_ text: String) -> String {
        contentDescriptor(byteCount: text.utf8.count)
    }

    /// What is logged in place of content of which only the size is known.
    public static func contentDescriptor(byteCount: Int) -> String {
        "[content] \(byteCount) bytes"
    }
}
