internal import Wire

/// What a safetensors file says it holds, checked against the file's size.
///
/// Layout: eight bytes with the header's length (little endian), the header (a JSON object from name to
/// `dtype`, `shape`, `data_offsets`), then the data, which the tensors cover without gap or overlap
/// (huggingface/safetensors, README "Format").
struct SafetensorsHeader: Sendable {
    /// One stored tensor.
    struct Tensor: Sendable, Hashable {
        /// Its name.
        var name: String
        /// Its element type.
        var element: TensorElement
        /// Its dimensions, outermost first.
        var shape: [Int]
        /// Where its bytes stand in the file.
        var bytes: Range<Int>

        /// The number of elements.
        var count: Int { bytes.count / element.size }
    }

    /// The largest accepted header, in bytes.
    static let maximumHeaderBytes = 16 << 20

    /// The tensors in the order of their bytes.
    var tensors: [Tensor]
    /// The free text members of `__metadata__`.
    var metadata: [String: String]

    /// The header's length as the file's first eight bytes give it.
    /// - Throws: `invalid_weights` when the file cannot hold such a header.
    static func length(prefix: [UInt8], fileBytes: Int) throws(EncodingError) -> Int {
        guard prefix.count >= 8, fileBytes >= 8 else { throw damaged("the file has fewer than 8 bytes") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(prefix[$1]) << (8 * UInt64($1)) }
        guard length <= UInt64(maximumHeaderBytes) else { throw damaged("a header of \(length) bytes is too long") }
        guard length >= 2, Int(length) <= fileBytes - 8 else {
            throw damaged("a header of \(length) bytes does not fit a file of \(fileBytes)")
        }
        return Int(length)
    }

    /// Reads and checks a header.
    /// - Parameters:
    ///   - json: The header's bytes, without the eight that give their number.
    ///   - fileBytes: The size of the whole file.
    /// - Throws: `invalid_weights`.
    init(parsing json: [UInt8], fileBytes: Int) throws(EncodingError) {
        let root: JSONValue
        do {
            let limits = JSONLimits(maxBytes: Self.maximumHeaderBytes, maxDepth: 8, maxNodes: 1_000_000)
            root = try JSONDocument(parsing: json, limits: limits).root
        } catch {
            throw Self.damaged("the header is not JSON: \(error)")
        }
        guard root.kind == .object else { throw Self.damaged("the header is not an object") }
        if let twice = root.firstDuplicateMember { throw Self.damaged("tensor \(twice.key) is given twice") }
        let dataStart = 8 + json.count
        metadata = [:]
        tensors = []
        for member in root.members {
            let name = member.key
            if name == "__metadata__" {
                for entry in member.value.members { metadata[entry.key] = entry.value.string }
            } else {
                tensors.append(try Self.tensor(name, member.value, dataStart: dataStart, fileBytes: fileBytes))
            }
        }
        tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var end = dataStart
        for tensor in tensors {
            guard tensor.bytes.lowerBound == end else {
                let what = tensor.bytes.lowerBound < end ? "overlaps its neighbour" : "follows a gap"
                throw Self.damaged("tensor \(tensor.name) \(what)")
            }
            end = tensor.bytes.upperBound
        }
        guard end == fileBytes else { throw Self.damaged("\(fileBytes - end) bytes belong to no tensor") }
    }

    private static func tensor(
        _ name: String, _ value: JSONValue, dataStart: Int, fileBytes: Int
    ) throws(EncodingError) -> Tensor {
        guard let text = value["dtype"]?.string, let element = TensorElement(rawValue: text) else {
            throw damaged("tensor \(name) has an unknown dtype")
        }
        guard let dimensions = value["shape"], dimensions.kind == .array, dimensions.count <= 8 else {
            throw damaged("tensor \(name) has no shape")
        }
        var shape: [Int] = []
        var size = element.size
        for dimension in dimensions.elements {
            guard let extent = dimension.int, extent >= 0 else { throw damaged("tensor \(name) has an invalid shape") }
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw damaged("tensor \(name) is larger than memory") }
            shape.append(extent)
            size = product
        }
        guard let offsets = value["data_offsets"], offsets.kind == .array, offsets.count == 2,
            let begin = offsets[0]?.int, let end = offsets[1]?.int, begin >= 0, begin <= end,
            end <= fileBytes - dataStart
        else { throw damaged("tensor \(name) lies outside the file") }
        guard end - begin == size else {
            throw damaged("tensor \(name) has \(end - begin) bytes, but its shape needs \(size)")
        }
        return Tensor(name: name, element: element, shape: shape, bytes: dataStart + begin..<dataStart + end)
    }

    private static func damaged(_ message: String) -> EncodingError { EncodingError(.invalidWeights, message) }
}
