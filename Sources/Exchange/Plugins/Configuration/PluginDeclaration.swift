internal import Policy

extension PluginFamily {
    /// A plugin whose configuration has the type `Configuration`; `availability` sees that configuration.
    static func declared<Configuration: Sendable>(
        _ type: String, _ schema: Schema<Configuration>, deprecatedNames: [String] = [],
        availability: @escaping @Sendable (Configuration) -> Availability = { _ in .available }
    ) -> PluginFamily {
        PluginFamily(
            type: type, deprecatedNames: deprecatedNames, schema: schema.description,
            decode: { schema.decode($0, &$1) },
            availability: { configuration in
                (configuration as? Configuration).map(availability) ?? .available
            })
    }
}
