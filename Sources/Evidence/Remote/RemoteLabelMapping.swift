internal import Wire

/// The labels of a model by index, from its mapping file. Spec signals-decisions §11.3.
///
/// The file has any of `label_to_idx`, `label_to_id`, `category_to_idx` and, the other way round, `idx_to_label`,
/// `id_to_label`, `idx_to_category`. They are put together; they must agree and count from 0 without a gap.
public struct RemoteLabelMapping: Sendable, Hashable {
    /// The label that stands for a failure and that no mapping may have.
    public static let reserved = "classification_error"

    /// By index.
    public let labels: [String]

    /// Reads a file. Throws when it is not such a mapping.
    public init(parsing bytes: [UInt8]) throws(RemoteModelError) {
        let root: JSON
        do throws(JSONError) {
            root = try JSON(parsing: bytes, limits: JSONLimits(maxBytes: 1 << 20))
        } catch {
            throw RemoteModelError(
                .invalidJSON, "the mapping is not JSON (\(error.code.rawValue) at byte \(error.offset))")
        }
        var byIndex: [Int: String] = [:]
        var byLabel: [String: Int] = [:]
        for (label, index) in try Self.pairs(root) {
            guard byIndex[index] ?? label == label, byLabel[label] ?? index == index else {
                throw RemoteModelError(.invalidSettings, "the mapping gives a label two indices or an index two labels")
            }
            byIndex[index] = label
            byLabel[label] = index
        }
        var labels: [String] = []
        for index in 0..<byIndex.count {
            guard let label = byIndex[index] else {
                throw RemoteModelError(.invalidSettings, "the indices of the mapping do not count from 0 without a gap")
            }
            labels.append(label)
        }
        guard !labels.isEmpty, !labels.contains(Self.reserved), !labels.contains("") else {
            throw RemoteModelError(
                .invalidSettings, "the mapping has no labels, an empty one or the reserved \(Self.reserved)")
        }
        self.labels = labels
    }

    private static func pairs(_ root: JSON) throws(RemoteModelError) -> [(label: String, index: Int)] {
        var result: [(label: String, index: Int)] = []
        for key in ["label_to_idx", "label_to_id", "category_to_idx"] {
            for (label, value) in root[key]?.object ?? [] {
                guard let index = value.int else { throw notAnIndex }
                result.append((label, index))
            }
        }
        for key in ["idx_to_label", "id_to_label", "idx_to_category"] {
            for (name, value) in root[key]?.object ?? [] {
                guard let index = Int(name), let label = value.string else { throw notAnIndex }
                result.append((label, index))
            }
        }
        return result
    }

    private static var notAnIndex: RemoteModelError {
        RemoteModelError(.invalidSettings, "the mapping has an index that is no integer, or a label that is no text")
    }
}
