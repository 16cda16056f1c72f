internal import HTTPTypes
internal import Wire

/// What is in force. Spec config §14.
enum ConfigurationEndpoints {
    @Sendable static func effective(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        ManagementAnswer(
            body: source.effectiveConfiguration(),
            headers: [(.eTag, "\"\(source.currentGeneration.documentHash)\"")])
    }

    @Sendable static func hash(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        let active = source.currentGeneration.documentHash
        let file = source.configurationFileHash
        let status =
            switch file {
            case nil: "unknown"
            case active: "active"
            default: "pending"
            }
        return ManagementAnswer(
            .object([
                ("hash", .string(file ?? "")), ("runtime_hash", .string(active)), ("active_hash", .string(active)),
                ("status", .string(status)),
            ]))
    }

    @Sendable static func models(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) throws(ManagementError) -> ManagementAnswer {
        ManagementAnswer(body: source.modelListing())
    }
}
