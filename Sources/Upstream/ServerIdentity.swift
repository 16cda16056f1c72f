/// Whether a certificate's DNS names cover a host name (RFC 6125 §6.4): the same labels, case ignored, where a
/// lone `*` stands for the whole first label of a name of at least three.
enum ServerIdentity {
    static func covers(_ pattern: some Sequence<UInt8>, host: String) -> Bool {
        let expected = self.labels(Array(host.utf8))
        let labels = self.labels(Array(pattern))
        guard labels.count == expected.count, !labels.contains(where: \.isEmpty) else { return false }
        for (index, label) in labels.enumerated() {
            if index == 0, label == [0x2A], labels.count >= 3 { continue }
            if label != expected[index] { return false }
        }
        return true
    }

    private static func labels(_ name: [UInt8]) -> [[UInt8]] {
        let lowered = name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let trimmed = lowered.last == 0x2E ? lowered.dropLast() : lowered[...]
        return trimmed.split(separator: 0x2E, omittingEmptySubsequences: false).map(Array.init)
    }
}
