public import Logging

/// The form of the router's own log.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// One JSON object a line.
    case json
    /// One line for a person.
    case text
    /// ``text`` on a terminal, ``json`` elsewhere.
    case auto

    /// A handler of this form, for `LoggingSystem.bootstrap`.
    public func makeHandler(
        label: String, writer: LineWriter = .standardError, level: Logger.Level = .info,
        metadataProvider: Logger.MetadataProvider? = nil
    ) -> any LogHandler {
        switch self {
        case .text:
            return TextLogHandler(label: label, writer: writer, level: level, metadataProvider: metadataProvider)
        case .auto where writer.isTerminal:
            return TextLogHandler(label: label, writer: writer, level: level, metadataProvider: metadataProvider)
        case .json, .auto:
            return JSONLogHandler(label: label, writer: writer, level: level, metadataProvider: metadataProvider)
        }
    }
}
