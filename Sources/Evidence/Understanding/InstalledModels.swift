public import Encoding
internal import Lexical
public import Policy
internal import Synchronization

/// The models on this machine: the encoder that comes with the router, and models in folders that a policy names.
/// A model is loaded when a policy first needs it, and stays loaded.
public final class InstalledModels: EvidenceModels {
    /// Where things are.
    public struct Places: Sendable {
        /// The inference library, as a file or its directory; nil where it is not installed.
        public var library: String?
        /// The directory of the bundled encoder; nil where it is not installed.
        public var encoder: String?
        /// Directories that hold the base models of bundles.
        public var bases: [String]
        /// The bytes of the language identifier's model.
        public var languageModel: [UInt8]?
        /// The directory on this machine for a folder that a policy names; nil when there is none.
        public var folder: @Sendable (String) -> String?
        /// The bytes of a file; nil when it cannot be read.
        public var file: @Sendable (String) -> [UInt8]?

        /// The places of an installation.
        public init(
            library: String?, encoder: String?, bases: [String] = [], languageModel: [UInt8]? = nil,
            folder: @escaping @Sendable (String) -> String? = { _ in nil },
            file: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
        ) {
            self.library = library
            self.encoder = encoder
            self.bases = bases
            self.languageModel = languageModel
            self.folder = folder
            self.file = file
        }
    }

    private struct State {
        var runtime: InferenceRuntime?
        var readers: [String: EncoderTextReader] = [:]
        /// Why a model could not be loaded, by directory.
        var problems: [String: String] = [:]
    }

    private let places: Places
    private let languages: LanguageIdentifier?
    private let executorSettings: EncoderExecutorSettings
    private let remote: any RemoteModels
    private let state = Mutex(State())

    /// The models of an installation; `remote` reaches those on other machines.
    public init(
        _ places: Places, executor: EncoderExecutorSettings = EncoderExecutorSettings(),
        remote: any RemoteModels = NoRemoteModels()
    ) {
        self.places = places
        self.remote = remote
        executorSettings = executor
        languages = places.languageModel.flatMap { try? LanguageIdentifier(modelBytes: $0) }
    }

    /// The encoder that comes with the router; nil where it or its library is not installed.
    public var bundled: EncoderTextReader? {
        guard let directory = places.encoder else { return nil }
        return reader(directory)
    }

    /// The models that are loaded, by name.
    public var loaded: [LoadedModel] {
        state.withLock { Array($0.readers.values) }.map { LoadedModel($0.encoder) }.sorted { $0.name < $1.name }
    }

    /// Why models could not be loaded, a sentence each.
    public var problems: [String] {
        var problems = state.withLock { $0.problems.map { "\($0.key): \($0.value)" }.sorted() }
        if places.library == nil { problems.append("the inference library is not installed") }
        if places.encoder == nil { problems.append("the encoder is not installed") }
        return problems
    }

    /// Compiles the bundled encoder's graph for the tasks that a policy needs.
    public func prepare(_ tasks: LearnedTasks) {
        guard !tasks.isEmpty, let bundled else { return }
        do throws(EncodingError) {
            try bundled.prepare(tasks)
        } catch {
            state.withLock { $0.problems[places.encoder ?? ""] = error.description }
        }
    }

    // MARK: Models by use

    public func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? {
        if settings.isRemote { return remote.embedder(settings) }
        let configuration = settings.configuration
        let path: String =
            switch configuration.modelType {
            case .mmbert, .unset: settings.mmbertModelPath
            case .bert: settings.bertModelPath
            case .qwen3, .gemma, .multimodal, .remote: ""
            }
        if !path.isEmpty, let directory = places.folder(path) {
            let isLayered = configuration.modelType == .mmbert
            let options = Encoder.Options(
                baseDirectories: places.bases, layers: isLayered ? positive(configuration.targetLayer) : nil,
                dimension: isLayered ? positive(configuration.targetDimension) : nil)
            return reader(directory, options)
        }
        return bundled.flatMap { $0.labels(of: .embedding) == nil ? nil : $0 }
    }

    public func classifier(_ task: LearnedTask, path: String?) -> (any TextReader)? {
        if let path, !path.isEmpty, let directory = places.folder(path) {
            let head = task == .personalData ? "tokens" : "sequence"
            return reader(directory, headNames: [task: head])
        }
        return bundled.flatMap { $0.labels(of: task) == nil ? nil : $0 }
    }

    public func localClassifier(path: String, labels: [String]) -> (any TextReader)? {
        guard let directory = places.folder(path),
            let reader = reader(directory, headNames: [.labels: "sequence"]),
            Set(reader.labels(of: .labels) ?? []) == Set(labels)
        else { return nil }
        return reader
    }

    public func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? {
        remote.remoteGuard(settings, model)
    }

    public func languageModel(
        _ model: ExternalModel, labels: [String], instructions: String
    ) -> (any TextReader)? {
        remote.languageModel(model, labels: labels, instructions: instructions)
    }

    public func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? {
        remote.preferenceModel(model, preferences: preferences)
    }

    public func chooser(_ chooser: ModelChooser) -> (any TextReader)? { remote.chooser(chooser) }

    public func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor? { remote.memoryExtractor(model) }

    public func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter? { remote.queryRewriter(model) }

    /// The scale beside an encoder; policies' own where there is none.
    private func scale(_ directory: String) throws(EncodingError) -> SimilarityScale {
        let path = "\(directory)/\(SimilarityScale.fileName)"
        guard let bytes = places.file(path) else { return .identity }
        return try SimilarityScale(json: bytes, path: path)
    }

    private func positive(_ count: Int) -> Int? { count > 0 ? count : nil }

    // MARK: Loading

    private func reader(
        _ directory: String, _ options: Encoder.Options? = nil, headNames: [LearnedTask: String] = [:]
    ) -> EncoderTextReader? {
        let names = headNames.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: ",")
        // The directory is last, since it alone may contain blanks.
        let key = "\(options?.layers ?? 0) \(options?.dimension ?? 0) \(names) \(directory)"
        return state.withLock { state in
            if let reader = state.readers[key] { return reader }
            guard state.problems[directory] == nil, let library = places.library else { return nil }
            do throws(EncodingError) {
                let runtime: InferenceRuntime
                if let loaded = state.runtime {
                    runtime = loaded
                } else {
                    runtime = try InferenceRuntime(libraryPath: library)
                    state.runtime = runtime
                }
                let similarity = try scale(directory)
                let encoder = try Encoder(
                    directory: directory, runtime: runtime,
                    options: options ?? Encoder.Options(baseDirectories: places.bases), settings: executorSettings)
                let reader = EncoderTextReader(
                    encoder, similarity: similarity, languages: languages, headNames: headNames, identity: key)
                state.readers[key] = reader
                return reader
            } catch {
                state.problems[directory] = error.description
                return nil
            }
        }
    }
}

/// Models on other machines. Nil stands for one that cannot be reached by its settings.
public protocol RemoteModels: Sendable {
    /// A service that embeds texts.
    func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)?
    /// A guard against attacks.
    func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)?
    /// A language model that chooses among labels.
    func languageModel(_ model: ExternalModel, labels: [String], instructions: String) -> (any TextReader)?
    /// A language model that chooses among preferences.
    func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)?
    /// Who chooses among candidates.
    func chooser(_ chooser: ModelChooser) -> (any TextReader)?
    /// Who says what of a turn is worth remembering.
    func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor?
    /// Who writes a question as it stands alone.
    func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter?
}

extension RemoteModels {
    /// Nobody is asked.
    public func chooser(_ chooser: ModelChooser) -> (any TextReader)? { nil }
    /// Nobody is asked.
    public func memoryExtractor(_ model: ExternalModel) -> RemoteMemoryExtractor? { nil }
    /// Nobody is asked.
    public func queryRewriter(_ model: ExternalModel) -> RemoteQueryRewriter? { nil }
}

/// No models elsewhere.
public struct NoRemoteModels: RemoteModels {
    /// No models.
    public init() {}

    public func embedder(_ settings: SemanticEmbeddings) -> (any TextReader)? { nil }
    public func remoteGuard(_ settings: PromptGuardSettings, _ model: ExternalModel) -> (any TextReader)? { nil }
    public func languageModel(
        _ model: ExternalModel, labels: [String], instructions: String
    ) -> (any TextReader)? { nil }
    public func preferenceModel(
        _ model: ExternalModel, preferences: [(name: String, description: String)]
    ) -> (any TextReader)? { nil }
}
