public import Logging

/// Writes each event as one JSON object on one line: `time`, `level`, `event` (the message), `logger`, then the
/// metadata by key.
///
/// Strings are cut at 4 KiB, lines at ``LineWriter/maximumLineBytes``; a cut line says `"truncated":true`. Values of
/// fields that ``Redaction/isSecret(field:)`` names are replaced.
public struct JSONLogHandler: LogHandler {
    /// Metadata of every event of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Events below it are not written.
    public var logLevel: Logger.Level
    /// Metadata asked for at each event.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let writer: LineWriter
    private let clock: @Sendable () -> UTCTime

    /// Creates a handler.
    public init(
        label: String, writer: LineWriter = .standardError, level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil, clock: @escaping @Sendable () -> UTCTime = { UTCTime.now() }
    ) {
        self.label = label
        self.writer = writer
        self.logLevel = level
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
        var line = JSONLine()
        line.field("time") { $0.plain(clock().rfc3339Bytes(fractionDigits: 3)) }
        line.field("level", event.level.rawValue)
        line.field("event", event.message.description)
        line.field("logger", label)
        for (key, value) in LogFields.merged(metadata, provider: metadataProvider, event: event) {
            Self.append(value, as: Self.isReserved(key) ? "metadata_\(key)" : key, amongHeaders: false, to: &line)
        }
        writer.write(line.finish())
    }

    private static func isReserved(_ key: String) -> Bool {
        switch key {
        case "time", "level", "event", "logger", "truncated": true
        default: false
        }
    }

    private static func append(
        _ value: Logger.MetadataValue, as key: String, amongHeaders: Bool, to line: inout JSONLine
    ) {
        line.field(key) { line in
            if LogFields.isSecret(key, amongHeaders: amongHeaders) {
                line.value(Redaction.placeholder)
            } else {
                append(value, holdsHeaders: LogFields.holdsHeaders(key), to: &line)
            }
        }
    }

    private static func append(_ value: Logger.MetadataValue, holdsHeaders: Bool, to line: inout JSONLine) {
        switch value {
        case .string(let text):
            line.value(text)
        case .stringConvertible(let convertible):
            append(convertible, to: &line)
        case .array(let elements):
            line.array(elements) { append($1, holdsHeaders: holdsHeaders, to: &$0) }
        case .dictionary(let members):
            line.object { line in
                if members.count > JSONLine.maximumMembers { line.noteTruncation() }
                for (key, value) in members.sorted(by: { $0.key < $1.key }).prefix(JSONLine.maximumMembers) {
                    append(value, as: key, amongHeaders: holdsHeaders, to: &line)
                }
            }
        }
    }

    private static func append(_ value: any CustomStringConvertible & Sendable, to line: inout JSONLine) {
        // The common types first: a cast to a protocol costs more than all the others.
        switch value {
        case let integer as Int: line.value(integer)
        case let number as Double: line.value(number)
        case let flag as Bool: line.value(flag)
        case let text as String: line.value(text)
        case let integer as any BinaryInteger: line.value(integer)
        case let number as Float: line.value(Double(number))
        default: line.value(value.description)
        }
    }
}
