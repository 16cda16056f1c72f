internal import Evidence
public import Policy
public import Wire

/// What a generation cannot do: signals whose model is not on this machine, and constructs that this build reads
/// but does not carry out.
public struct ReadinessReport: Sendable {
    /// Signals of one family that are unknown because their model is missing.
    public struct Missing: Sendable, Hashable {
        public var family: String
        public var signals: [String]
        /// Whether they protect somebody.
        public var isSafety: Bool

        /// Signals of a family.
        public init(family: String, signals: [String], isSafety: Bool = false) {
            self.family = family
            self.signals = signals
            self.isSafety = isSafety
        }
    }

    public var missing: [Missing]
    public var unavailable: [Diagnostic]

    /// A report of facts.
    public init(missing: [Missing] = [], unavailable: [Diagnostic] = []) {
        self.missing = missing
        self.unavailable = unavailable
    }

    /// The report of a generation.
    public init(_ generation: RouterGeneration) {
        missing = generation.missingModels.map {
            Missing(family: $0.family, signals: $0.signals, isSafety: $0.isSafety)
        }
        unavailable = generation.diagnostics.filter { $0.code == .unavailable || $0.code == .unavailableSafety }
    }

    /// `missing_models` and `unavailable`, as members for a larger object.
    public var members: [(String, JSON)] {
        [
            (
                "missing_models",
                .array(
                    missing.map {
                        .object([
                            ("family", .string($0.family)), ("signals", .strings($0.signals)),
                            ("safety", .bool($0.isSafety)),
                        ])
                    })
            ),
            (
                "unavailable",
                .array(
                    unavailable.map {
                        .object([
                            ("code", .string($0.code.rawValue)), ("path", .string($0.path.description)),
                            ("line", .int($0.position.line)), ("message", .string($0.message)),
                        ])
                    })
            ),
        ]
    }
}
