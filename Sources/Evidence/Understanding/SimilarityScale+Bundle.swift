internal import Wire

extension SimilarityScale {
    /// The name of the file with an encoder's scale, in the encoder's directory.
    static let fileName = "similarity.json"

    /// The scale of an encoder, `{"inputs": […], "outputs": […]}`. Nil unless it is a rising map.
    init?(json bytes: [UInt8]) {
        guard let root = try? JSONDocument(parsing: bytes).root, let inputs = root["inputs"],
            let outputs = root["outputs"]
        else { return nil }
        self.init(inputs: inputs.elements.compactMap(\.double), outputs: outputs.elements.compactMap(\.double))
    }
}
