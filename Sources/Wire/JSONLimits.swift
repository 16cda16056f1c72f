/// Bounds on what a JSON text may cost to parse.
public struct JSONLimits: Sendable, Hashable {
    /// Largest accepted text, in bytes. Texts above 2³¹ − 1 bytes are refused whatever this says.
    public var maxBytes: Int
    /// Deepest accepted nesting of arrays and objects.
    public var maxDepth: Int
    /// Most values and object keys accepted, counted together.
    public var maxNodes: Int

    /// Limits with the defaults of the data plane: 10 MiB, 256 levels, 2,000,000 nodes.
    public init(maxBytes: Int = 10 * 1024 * 1024, maxDepth: Int = 256, maxNodes: Int = 2_000_000) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
        self.maxNodes = maxNodes
    }
}
