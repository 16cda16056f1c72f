/// A Qdrant server and the collection that is used there.
public struct QdrantSettings: Sendable {
    public var host = "localhost"
    public var port = 6334
    public var apiKey = Secret("")
    public var usesTLS = false
    public var connectTimeoutSeconds = 10
    public var collectionName = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "qdrant", "A Qdrant server and the collection that is used there.", initial: QdrantSettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "gRPC port.")
        Key("api_key", \.apiKey, .secret, "API key, when the server wants one.")
        Key("use_tls", \.usesTLS, .boolean, "Connect with TLS.")
        Key("connect_timeout", \.connectTimeoutSeconds, .count, "Seconds to wait for a connection.")
        Key("collection_name", \.collectionName, .string, "Collection that holds the records.")
    }

    /// The given collection with every other default.
    static func collection(_ name: String) -> QdrantSettings {
        var settings = QdrantSettings()
        settings.collectionName = name
        return settings
    }
}
