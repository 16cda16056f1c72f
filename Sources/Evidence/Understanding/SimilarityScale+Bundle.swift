internal import Encoding
internal import Wire

extension SimilarityScale {
    /// The name of the file with an encoder's scale, in the encoder's directory.
    static let fileName = "similarity.json"

    /// The scale of an encoder, `{"inputs": […], "outputs": […]}`, from the file at `path`. Throws `invalid_manifest`
    /// with the place in the file, unless it is a rising map.
    init(json bytes: [UInt8], path: String) throws(EncodingError) {
        guard let root = try? JSONDocument(parsing: bytes).root else {
            throw EncodingError(.invalidManifest, "\(path): no JSON document")
        }
        func numbers(_ key: String) throws(EncodingError) -> [Double] {
            guard let list = root[key], list.kind == .array else {
                throw EncodingError(.invalidManifest, "\(path): \(key) must be a list of numbers")
            }
            var numbers: [Double] = []
            for (index, element) in list.elements.enumerated() {
                guard let number = element.double else {
                    throw EncodingError(.invalidManifest, "\(path): \(key)[\(index)] is not a number")
                }
                numbers.append(number)
            }
            return numbers
        }
        guard let scale = SimilarityScale(inputs: try numbers("inputs"), outputs: try numbers("outputs")) else {
            throw EncodingError(
                .invalidManifest,
                "\(path): inputs and outputs must be equally many, at least two; inputs rise, and outputs never fall")
        }
        self = scale
    }
}
