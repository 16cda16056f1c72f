import NIOHTTP1
import Upstream

/// What a gateway must change of a message's headers so that they become others.
enum HeaderDifference {
    /// Headers that belong to the gateway's connections, not to the message.
    private static func isConnectionOwned(_ name: String) -> Bool {
        if ["host", "content-length", "expect"].contains(name) || name.hasPrefix(":") { return true }
        var name = name
        return name.withUTF8 { FieldSyntax.isHopByHop(UnsafeRawBufferPointer($0)) }
    }

    /// The change from what the gateway has to what it is to send. Names of `present` are in lower case, as HTTP/2
    /// and gateways write them.
    static func mutation(from present: HTTPHeaders, to wanted: HTTPHeaders) -> HeaderMutation {
        var mutation = HeaderMutation()
        var kept: [(name: String, values: [String])] = []
        kept.reserveCapacity(wanted.count)
        for (name, value) in wanted {
            let name = name.lowercased()
            if isConnectionOwned(name) { continue }
            if let index = kept.firstIndex(where: { $0.name == name }) {
                kept[index].values.append(value)
            } else {
                kept.append((name, [value]))
            }
        }
        var seen: [String] = []
        for (name, _) in present where !seen.contains(name) {
            seen.append(name)
            if isConnectionOwned(name) { continue }
            if !kept.contains(where: { $0.name == name }) { mutation.removes.append(name) }
        }
        for (name, values) in kept {
            if seen.contains(name), present[name] == values { continue }
            for (index, value) in values.enumerated() {
                mutation.sets.append((name, value, index == 0 ? .overwrite : .append))
            }
        }
        return mutation
    }
}
