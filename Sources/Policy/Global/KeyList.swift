/// Collects the keys of a declaration one statement at a time, so that each is type-checked alone.
@resultBuilder
public enum KeyList<Root: Sendable> {
    /// One key.
    public static func buildExpression(_ key: Key<Root>) -> Key<Root> { key }

    /// All keys.
    public static func buildBlock(_ keys: Key<Root>...) -> [Key<Root>] { keys }
}

extension Schema {
    /// Declares a mapping. `initial` holds the defaults; `keys` lists every key once, one statement each.
    public init(
        _ name: String, _ documentation: String, initial: @autoclosure @escaping @Sendable () -> Value,
        @KeyList<Value> keys: @escaping @Sendable () -> [Key<Value>]
    ) {
        self.init(name, documentation, initial: initial(), keys: keys())
    }
}
