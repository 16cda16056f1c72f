internal import Foundation
internal import Wire

/// Times as texts.
enum Timestamp {
    /// Seconds since 1970 as RFC 3339 in UTC.
    static func text(_ seconds: Double) -> String { Date(timeIntervalSince1970: seconds).ISO8601Format() }

    /// The current time.
    static var now: String { Date().ISO8601Format() }

    /// The current time in seconds since 1970.
    static var seconds: Double { Date().timeIntervalSince1970 }
}

/// What the machine is, for `GET /info/models`.
enum HostFacts {
    static var answer: JSON {
        .object([
            ("architecture", .string(architecture)),
            ("os", .string(ProcessInfo.processInfo.operatingSystemVersionString)),
            ("processors", .int(ProcessInfo.processInfo.activeProcessorCount)),
            ("memory_usage", residentBytes.map { .int($0) } ?? .null), ("gpu_available", false),
        ])
    }

    private static var architecture: String {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "arm64"
        #else
        "unknown"
        #endif
    }

    /// Resident memory in bytes; nil where the system does not tell.
    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
