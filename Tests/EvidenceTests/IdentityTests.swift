import Evidence
import Routing
import Testing
import Wire

@Suite struct MetadataTests {
    private func read(_ predicate: String, _ metadata: [String: String]) throws -> Reading {
        try engine(signals: "    metadata:\n      - { name: m, key: consent, predicate: { \(predicate) } }")
            .read("metadata", "m", EvidenceRequest(conversation: .asking("hello", metadata: metadata)))
    }

    @Test func comparesExactly() throws {
        #expect(try read("equals: denied", ["consent": "denied"]) == .matched(value: 1))
        #expect(try read("equals: denied", ["consent": "Denied"]) == .unmatched(value: 0))
        #expect(try read("equals: denied", ["Consent": "denied"]) == .unmatched(value: 0))
        #expect(try read("equals: denied", [:]) == .unmatched(value: 0))
        #expect(try read("equals: \"caf\\u00e9\"", ["consent": "cafe\u{301}"]) == .unmatched(value: 0))
        #expect(try read("equals: ''", ["consent": ""]).isMatched)
    }

    @Test func listsAndPresence() throws {
        #expect(try read("in: [a, b]", ["consent": "b"]).isMatched)
        #expect(try !read("in: [a, b]", ["consent": "c"]).isMatched)
        #expect(try read("exists: true", ["consent": ""]).isMatched)
        #expect(try !read("exists: true", [:]).isMatched)
        #expect(try read("exists: false", [:]).isMatched)
        #expect(try !read("exists: false", ["consent": "x"]).isMatched)
    }
}

@Suite struct AuthorizationTests {
    private static let bindings = """
            role_bindings:
              - { name: gold, role: premium, subjects: [{ kind: group, name: gold-users }] }
              - { name: bob, role: premium, subjects: [{ kind: User, name: bob }] }
              - { name: admin, role: admin, subjects: [{ kind: Group, name: admins }, { kind: User, name: root }] }
        """

    private func read(_ name: String, _ identity: CallerIdentity?, failsOpen: Bool = false) throws -> Reading {
        let rest = failsOpen ? "global:\n  services:\n    authz:\n      fail_open: true\n" : ""
        return try engine(signals: Self.bindings, rest: rest).read(
            "authz", name, EvidenceRequest("hi", identity: identity))
    }

    @Test func rolesAndBindingsAreNames() throws {
        let bob = CallerIdentity(userID: "bob", groups: ["gold-users"])
        #expect(try read("premium", bob) == .matched(value: 2, details: ["gold", "bob"]))
        #expect(try read("gold", bob) == .matched(value: 1, details: ["gold"]))
        #expect(try read("admin", bob) == .unmatched(value: 0))
        #expect(try read("admin", CallerIdentity(userID: "eve", groups: ["admins"])).isMatched)
    }

    @Test func namesAreComparedExactly() throws {
        #expect(try !read("bob", CallerIdentity(userID: "Bob")).isMatched)
        #expect(try !read("bob", CallerIdentity(userID: "bob ")).isMatched)
        #expect(try !read("gold", CallerIdentity(userID: "x", groups: ["Gold-Users"])).isMatched)
        #expect(try !read("admin", CallerIdentity(userID: "admins", groups: ["root"])).isMatched)
    }

    @Test func withoutIdentityNothingIsKnown() throws {
        #expect(try read("premium", nil) == .unknown(.identityMissing))
        #expect(try read("premium", CallerIdentity(userID: "", groups: ["gold-users"])) == .unknown(.identityMissing))
        #expect(try read("premium", nil, failsOpen: true) == .unmatched(value: 0))
    }
}
