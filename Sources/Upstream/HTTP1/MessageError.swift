/// Why bytes are not an acceptable HTTP/1 message.
package enum MessageError: Error, Hashable {
    /// A rule of the grammar is broken; the reason is for a person.
    case malformed(String)
    /// Start line and fields exceed their limits.
    case headTooLarge
    /// The request target exceeds its limit.
    case targetTooLong
    /// The length is stated twice or contradicts itself.
    case ambiguousLength
    /// A transfer coding other than chunked.
    case unsupportedTransferCoding
    /// Neither HTTP/1.0 nor HTTP/1.1.
    case unsupportedVersion
}
