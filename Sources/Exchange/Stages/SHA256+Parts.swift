internal import Policy

extension SHA256 {
    /// The digest of parts with their lengths, so that no two lists of parts read alike.
    static func digest(ofParts parts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        return digest(bytes)
    }
}
