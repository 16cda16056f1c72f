extension ValueType where Value == String {
    /// An absolute `http` or `https` URL with a host and nothing secret in it, or nothing.
    package static var httpURL: ValueType {
        string.checked { $0.isEmpty ? nil : HTTPURLText.problem($0) }
    }

    /// A valid HTTP header name (an RFC 9110 token).
    package static var headerName: ValueType {
        string.checked { HeaderText.isName($0) ? nil : "\"\($0)\" is no HTTP header name" }
    }

    /// A key of `global.model_catalog.system`, or empty for no model.
    package static var systemModel: ValueType {
        ValueType(.reference(.systemModel), render: { $0.isEmpty ? nil : $0 }) { node, context in
            guard let name = string.decode(node, &context) else { return nil }
            if !name.isEmpty { context.refer(to: .systemModel, name, at: node.position) }
            return name
        }
    }

    /// An IP address, or a range of them such as `10.0.0.0/8`.
    package static var addressRange: ValueType {
        string.checked {
            AddressText.isRange($0) ? nil : "expected an IP address, a range such as 10.0.0.0/8, or loopback"
        }
    }
}
