/// How a call ended. https://grpc.github.io/grpc/core/md_doc_statuscodes.html
package struct GRPCStatus: Error, Sendable, Hashable {
    /// The codes in use, by their numbers.
    package enum Code: Int, Sendable, Hashable {
        case ok = 0
        case unknown = 2
        case invalidArgument = 3
        case resourceExhausted = 8
        case unimplemented = 12
        case `internal` = 13
    }

    package var code: Code
    /// A sentence for a person.
    package var message: String

    /// A status.
    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }

    /// The message as the field `grpc-message` carries it: what is not printable ASCII, and %, is percent-encoded.
    var encodedMessage: String {
        var text = ""
        for byte in message.utf8 {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = Array("0123456789ABCDEF")
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return text
    }
}
