internal import Policy
internal import Routing
internal import Wire

/// The artefacts of trained selectors, read from the files that the policy names. Spec selection-learning §1.11.
struct TrainedArtifacts {
    /// By `algorithm.type`; those that are missing or broken are left out.
    private(set) var selectors: [String: any TrainedSelector] = [:]
    /// What is wrong with files that are named, by type.
    private(set) var problems: [String: String] = [:]

    private static let limits = JSONLimits(maxBytes: 256 << 20)

    init(_ settings: TrainedSelectors, file: (String) -> [UInt8]?) {
        let paths = [
            ("knn", settings.nearestNeighbours.pretrainedPath), ("kmeans", settings.clusters.pretrainedPath),
            ("svm", settings.supportVectors.pretrainedPath), ("mlp", settings.perceptron.pretrainedPath),
        ]
        for (type, given) in paths {
            // A folder alone means the published names of its files.
            let path =
                given.isEmpty && !settings.modelsPath.isEmpty ? "\(settings.modelsPath)/\(type)_model.json" : given
            guard !path.isEmpty else { continue }
            guard let bytes = file(path) else {
                problems[type] = "\(path) cannot be read"
                continue
            }
            guard let document = try? JSONDocument(parsing: bytes, limits: Self.limits) else {
                problems[type] = "\(path) is no JSON"
                continue
            }
            if let selector = Self.selector(type, document.root, settings), selector.dimension > 0 {
                selectors[type] = selector
            } else {
                problems[type] = "\(path) is no trained \(type)"
            }
        }
    }

    private static func selector(
        _ type: String, _ root: JSONValue, _ settings: TrainedSelectors
    ) -> (any TrainedSelector)? {
        guard root["algorithm"]?.string == type, root["trained"]?.bool == true else { return nil }
        switch type {
        case "knn": return neighbours(root, count: settings.nearestNeighbours.neighbourCount)
        case "kmeans": return clusters(root)
        case "svm": return machines(root)
        default: return perceptron(root)
        }
    }

    private static func neighbours(_ root: JSONValue, count: Int) -> NearestNeighbours? {
        guard let embeddings = matrix(root["embeddings"]), let labels = texts(root["labels"]),
            embeddings.count == labels.count
        else { return nil }
        let qualities = root["qualities"]?.elements.map { $0.double } ?? []
        let latencies = root["latencies"]?.elements.map { $0.double } ?? []
        let known = latencies.compactMap(\.self)
        let middle = ((known.min() ?? 0) + (known.max() ?? 0)) / 2
        return NearestNeighbours(
            embeddings.indices.map { index in
                .init(
                    embedding: embeddings[index], model: labels[index],
                    quality: (qualities.indices.contains(index) ? qualities[index] : nil) ?? 0.5,
                    latency: (latencies.indices.contains(index) ? latencies[index] : nil) ?? middle)
            }, count: count > 0 ? count : root["k"]?.double.map { Int($0) } ?? 5)
    }

    private static func clusters(_ root: JSONValue) -> ClusterCentroids? {
        guard let centroids = matrix(root["centroids"]), let models = texts(root["cluster_models"]),
            centroids.count == models.count
        else { return nil }
        return ClusterCentroids(centroids: centroids, models: models)
    }

    private static func machines(_ root: JSONValue) -> SupportVectors? {
        let isLinear = root["kernel_type"]?.string?.lowercased() == "linear"
        var machines: [(model: String, machine: SupportVectors.Machine)] = []
        guard let entries = root[isLinear ? "linear_classifiers" : "rbf_classifiers"]?.elements else { return nil }
        for entry in entries {
            guard let model = entry["model_name"]?.string, let offset = entry["rho"]?.double else { return nil }
            if isLinear {
                guard let weights = vector(entry["weights"]) else { return nil }
                machines.append((model, .linear(weights: weights, offset: offset)))
            } else {
                guard let coefficients = vector(entry["alpha"]), let vectors = matrix(entry["support_vectors"]),
                    coefficients.count == vectors.count
                else { return nil }
                machines.append(
                    (
                        model,
                        .radial(
                            coefficients: coefficients.map { Double($0) }, vectors: vectors, offset: offset,
                            width: entry["gamma"]?.double ?? root["gamma"]?.double ?? 1)
                    ))
            }
        }
        return machines.isEmpty ? nil : SupportVectors(machines)
    }

    private static func perceptron(_ root: JSONValue) -> Perceptron? {
        guard let models = texts(root["model_names"]), let width = root["feature_dim"]?.double.map({ Int($0) }),
            let entries = root["layers"]?.elements
        else { return nil }
        var layers: [Perceptron.Layer] = []
        var size = width
        for entry in entries {
            switch entry["type"]?.string {
            case "relu": layers.append(.relu)
            case "dropout": break
            case "linear":
                guard let rows = matrix(entry["weight"]), let bias = vector(entry["bias"]), rows.count == bias.count,
                    rows.allSatisfy({ $0.count == size })
                else { return nil }
                layers.append(.linear(weights: rows.flatMap(\.self), bias: bias))
                size = bias.count
            case "batch_norm":
                guard let weight = vector(entry["weight"]), let bias = vector(entry["bias"]),
                    let mean = vector(entry["running_mean"]), let variance = vector(entry["running_var"]),
                    [weight, bias, mean, variance].allSatisfy({ $0.count == size })
                else { return nil }
                let epsilon = Float(entry["eps"]?.double ?? 1e-5)
                let scale = zip(weight, variance).map { $0 / ($1 + epsilon).squareRoot() }
                layers.append(
                    .affine(scale: scale, shift: (0..<size).map { bias[$0] - mean[$0] * scale[$0] }))
            default: return nil
            }
        }
        return size == models.count ? Perceptron(dimension: width, models: models, layers: layers) : nil
    }

    // MARK: Values

    private static func vector(_ value: JSONValue?) -> [Float]? {
        guard let value, value.kind == .array else { return nil }
        var numbers: [Float] = []
        for element in value.elements {
            guard let number = element.double, number.isFinite else { return nil }
            numbers.append(Float(number))
        }
        return numbers
    }

    /// Rows of one length.
    private static func matrix(_ value: JSONValue?) -> [[Float]]? {
        guard let value, value.kind == .array else { return nil }
        var rows: [[Float]] = []
        for element in value.elements {
            guard let row = vector(element), row.count == rows.first?.count ?? row.count else { return nil }
            rows.append(row)
        }
        return rows
    }

    private static func texts(_ value: JSONValue?) -> [String]? {
        guard let value, value.kind == .array else { return nil }
        var texts: [String] = []
        for element in value.elements {
            guard let text = element.string else { return nil }
            texts.append(text)
        }
        return texts
    }
}
