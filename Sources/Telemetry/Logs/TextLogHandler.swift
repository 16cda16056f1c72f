import Glibc
public import Logging

/// Writes each event as one line for a person: `12:00:01 info  event key=value`, the time in UTC.
///
/// Bounds and redaction are those of ``JSONLogHandler``.
public struct TextLogHandler: LogHandler {
    /// Metadata of every event of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Events below it are not written.
    public var logLevel: Logger.Level
    /// Metadata asked for at each event.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let writer: LineWriter
    private let usesColour: Bool
    private let clock: @Sendable () -> UTCTime

    /// Creates a handler. Without `usesColour` it colours levels on a terminal unless `NO_COLOR` is set.
    public init(
        label: String, writer: LineWriter = .standardError, level: Logger.Level = .info, usesColour: Bool? = nil,
        metadataProvider: Logger.MetadataProvider? = nil, clock: @escaping @Sendable () -> UTCTime = { UTCTime.now() }
    ) {
        self.label = label
        self.writer = writer
        self.logLevel = level
        self.usesColour = usesColour ?? (writer.isTerminal && getenv("NO_COLOR") == nil)
        self.metadataProvider = metadataProvider
        self.clock = clock
    }

    /// One metadata value of this logger.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        var line = TextLine()
        line.append(clock().clockBytes)
        line.append(" ")
        let (name, colour) = Self.presentation(of: event.level)
        line.append(usesColour ? "\u{1B}[\(colour)m\(name)\u{1B}[0m" : name)
        line.pad(width: 6 - name.utf8.count)
        line.appendEscaped(event.message.description)
        for (key, value) in LogFields.merged(metadata, provider: metadataProvider, event: event) {
            line.field(key, value)
        }
        writer.write(line.finish())
    }

    private static func presentation(of level: Logger.Level) -> (name: String, colour: String) {
        switch level {
        case .trace: ("trace", "2")
        case .debug: ("debug", "2")
        case .info: ("info", "32")
        case .notice: ("notice", "36")
        case .warning: ("warn", "33")
        case .error: ("error", "31")
        case .critical: ("crit", "1;31")
        }
    }
}

/// A line of `key=value` pairs of bounded length.
private struct TextLine {
    private static let marker = " [truncated]\n"

    private var bytes: [UInt8] = []
    private var isTruncated = false

    init() { bytes.reserveCapacity(1_024) }

    mutating func pad(width: Int) { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(width, 1))) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func appendEscaped(_ text: String) {
        if !EscapedText.append(text, to: &bytes) { isTruncated = true }
    }

    mutating func field(_ key: String, _ value: Logger.MetadataValue) {
        let start = bytes.count
        append(" ")
        appendEscaped(key)
        append("=")
        if Redaction.isSecret(field: key) {
            append(Redaction.placeholder)
        } else {
            appendValue(value, holdsHeaders: LogFields.holdsHeaders(key), depth: 0)
        }
        if bytes.count > LineWriter.maximumLineBytes - Self.marker.utf8.count {
            bytes.removeSubrange(start...)
            isTruncated = true
        }
    }

    consuming func finish() -> [UInt8] {
        append(isTruncated ? Self.marker : "\n")
        return bytes
    }

    private mutating func appendValue(_ value: Logger.MetadataValue, holdsHeaders: Bool, depth: Int) {
        guard depth < JSONLine.maximumDepth, bytes.count < LineWriter.maximumLineBytes else {
            isTruncated = true
            append("…")
            return
        }
        switch value {
        case .string(let text): appendQuoted(text)
        case .stringConvertible(let convertible): appendQuoted(convertible.description)
        case .array(let elements):
            append("[")
            for (index, element) in elements.prefix(JSONLine.maximumMembers).enumerated() {
                if index > 0 { append(",") }
                appendValue(element, holdsHeaders: holdsHeaders, depth: depth + 1)
            }
            if elements.count > JSONLine.maximumMembers { isTruncated = true }
            append("]")
        case .dictionary(let members):
            append("{")
            let sorted = members.sorted { $0.key < $1.key }.prefix(JSONLine.maximumMembers)
            for (index, (key, value)) in sorted.enumerated() {
                if index > 0 { append(",") }
                appendQuoted(key)
                append("=")
                if LogFields.isSecret(key, amongHeaders: holdsHeaders) {
                    append(Redaction.placeholder)
                } else {
                    appendValue(value, holdsHeaders: LogFields.holdsHeaders(key), depth: depth + 1)
                }
            }
            if members.count > JSONLine.maximumMembers { isTruncated = true }
            append("}")
        }
    }

    /// Quotes only what would not read back as one value.
    private mutating func appendQuoted(_ text: String) {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "["),
                    UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                    false
                case 0x21...0x7E: true
                default: false
                }
            }
        guard !isPlain || text.utf8.count > EscapedText.maximumBytes else { return append(text) }
        append("\"")
        appendEscaped(text)
        append("\"")
    }
}
