/// One entry of the list of models (spec pipeline-api §4.2).
public struct ModelListing: Sendable, Hashable {
    /// How a request for the model is resolved.
    public enum Resolution: String, Sendable, Hashable {
        /// The router chooses among models.
        case virtual
        /// The request goes to this model.
        case passthrough
    }

    /// The name clients use.
    public var id: String
    /// Unix time in seconds.
    public var created: Int
    /// Who offers the model.
    public var ownedBy: String
    /// What the model is.
    public var description: String?
    /// Address of a logo.
    public var logoURL: String?
    /// How a request for it is resolved.
    public var resolution: Resolution
    /// Whether clients may ask for it.
    public var isSelectable: Bool
    /// Whether it is the default way into the router.
    public var isDefaultRoute: Bool
    /// The recipe that routes it.
    public var recipe: String?

    /// Creates an entry.
    public init(
        id: String, created: Int, ownedBy: String, description: String? = nil, logoURL: String? = nil,
        resolution: Resolution, isSelectable: Bool = true, isDefaultRoute: Bool = false, recipe: String? = nil
    ) {
        self.id = id
        self.created = created
        self.ownedBy = ownedBy
        self.description = description
        self.logoURL = logoURL
        self.resolution = resolution
        self.isSelectable = isSelectable
        self.isDefaultRoute = isDefaultRoute
        self.recipe = recipe
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "model")
        writer.member("created", created)
        writer.member("owned_by", ownedBy)
        if let description { writer.member("description", description) }
        if let logoURL { writer.member("logo_url", logoURL) }
        writer.key("routing")
        writer.beginObject()
        writer.member("resolution", resolution.rawValue)
        writer.member("selectable", isSelectable)
        writer.member("default_route", isDefaultRoute)
        if let recipe { writer.member("recipe", recipe) }
        writer.endObject()
        writer.endObject()
    }
}
