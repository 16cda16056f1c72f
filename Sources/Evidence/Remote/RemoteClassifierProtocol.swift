/// How a classifier on another machine is asked about a text and how its answer is read: bytes out, bytes in.
public protocol RemoteClassifierProtocol: Sendable {
    /// The labels in the order of the probabilities.
    var labels: [String] { get }

    /// The question about a text. Throws when the text is too long for it.
    func request(for text: String) throws(RemoteModelError) -> RemoteRequest

    /// The probability of each label. Throws when the answer does not give them.
    func probabilities(status: Int, body: [UInt8]) throws(RemoteModelError) -> [Double]
}

/// Labels that a classifier chooses among.
enum RemoteLabels {
    static func checked(_ labels: [String]) throws(RemoteModelError) -> [String] {
        guard !labels.isEmpty, Set(labels).count == labels.count, labels.allSatisfy({ !$0.isEmpty }) else {
            throw RemoteModelError(.invalidSettings, "the labels must be named, once each")
        }
        return labels
    }

    /// 1 for the chosen label and 0 for the others; all 0 for none.
    static func oneHot(_ chosen: Int?, of count: Int) -> [Double] {
        (0..<count).map { $0 == chosen ? 1 : 0 }
    }
}
