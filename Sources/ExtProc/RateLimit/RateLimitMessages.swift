import Exchange
import Wire

/// The parts in use of `envoy.service.ratelimit.v3`
/// (https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/ratelimit/v3/rls.proto).
extension RateLimitQuery {
    /// A `RateLimitRequest` that counts one hit.
    func serialized() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.field(1, string: domain)
        for descriptor in descriptors {
            writer.field(2) { message in
                for entry in descriptor {
                    message.field(1) { fields in
                        fields.field(1, string: entry.key)
                        fields.field(2, string: entry.value)
                    }
                }
            }
        }
        writer.field(3, varint: 1)
        return writer.bytes
    }
}

extension RateLimitAnswer {
    private struct Status {
        var isOverLimit = false
        var limit: Int?
        var remaining: Int?
        var seconds: Int?
    }

    /// Reads a `RateLimitResponse`. Throws for bytes that are none, and for one that does not decide.
    init(serialized bytes: UnsafeRawBufferPointer) throws {
        var reader = ProtobufReader(bytes)
        var code = 0
        var statuses: [Status] = []
        while let (number, value) = try reader.next() {
            switch number {
            case 1: code = value.number
            case 2: statuses.append(try Self.status(value.raw()))
            default: break
            }
        }
        guard code == 1 || code == 2 else { throw RateLimitProtocolError(code: code) }
        self.init(isOverLimit: code == 2)
        // Of several that refuse, the one that does so for longest; else the one that has least left.
        let telling =
            isOverLimit
            ? statuses.filter(\.isOverLimit).max { ($0.seconds ?? 0) < ($1.seconds ?? 0) }
            : statuses.filter { $0.limit != nil }.min { ($0.remaining ?? .max) < ($1.remaining ?? .max) }
        guard let telling else { return }
        limit = telling.limit
        remaining = telling.limit == nil ? nil : telling.remaining ?? 0
        secondsUntilReset = telling.seconds
    }

    /// A `DescriptorStatus`. Numbers that are zero are not sent.
    private static func status(_ bytes: UnsafeRawBufferPointer) throws -> Status {
        var reader = ProtobufReader(bytes)
        var status = Status()
        while let (number, value) = try reader.next() {
            switch number {
            case 1: status.isOverLimit = value.number == 2
            case 2: status.limit = try first(1, of: value.raw()) ?? 0
            case 3: status.remaining = Int(UInt32(truncatingIfNeeded: value.number))
            case 4:
                let duration = try value.raw()
                let seconds = min(max(0, try first(1, of: duration) ?? 0), 366 * 86_400)
                status.seconds = seconds + (try first(2, of: duration) ?? 0 > 0 ? 1 : 0)
            default: break
            }
        }
        return status
    }

    private static func first(_ field: UInt64, of bytes: UnsafeRawBufferPointer) throws -> Int? {
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            if number == field { return value.number }
        }
        return nil
    }
}

/// An answer that says neither yes nor no.
struct RateLimitProtocolError: Error, CustomStringConvertible {
    var code: Int
    var description: String { "the rate limit service answered with the code \(code)" }
}
