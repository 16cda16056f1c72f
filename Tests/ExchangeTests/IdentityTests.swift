import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct IdentityTests {
    static func policy(_ proxies: String = "[loopback]") -> String {
        """
        providers:
          defaults: { default_model: small }
          models:
            - { name: small, backend_refs: [{ endpoint: "10.0.0.1:8000" }] }
            - { name: large, backend_refs: [{ endpoint: "10.0.0.2:8000" }] }
        routing:
          modelCards: [{ name: small }, { name: large }]
          signals:
            role_bindings:
              - { name: admins, role: admin, subjects: [{ kind: Group, name: platform-admins }, { kind: User, name: root }] }
          decisions:
            - { name: for_admins, priority: 2, rules: { type: authz, name: admin }, modelRefs: [{ model: large }] }
            - { name: rest, priority: 1, modelRefs: [{ model: small }] }
        global: { services: { authz: { identity: { trusted_proxies: \(proxies) } } } }
        """
    }

    static let body = #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#
    static let admin = [("x-authz-user-id", "ann"), ("x-authz-user-groups", "staff, platform-admins")]

    func model(
        _ headers: [(String, String)], peer: String?, proxies: String = "[loopback]"
    ) throws -> String? {
        try RouterFixture(Self.policy(proxies)).attempt(Self.body, headers: headers, peer: peer)
            .headers.first(name: "x-selected-model")
    }

    @Test(arguments: [
        ("[loopback]", "127.0.0.1", "large"), ("[loopback]", "127.9.9.9", "large"), ("[loopback]", "::1", "large"),
        ("[loopback]", "::ffff:127.0.0.1", "large"), ("[loopback]", "10.1.2.3", "small"),
        ("[loopback]", "::2", "small"), ("[\"10.0.0.0/8\"]", "10.1.2.3", "large"),
        ("[\"10.0.0.0/8\"]", "::ffff:10.1.2.3", "large"), ("[\"10.0.0.0/8\"]", "11.0.0.1", "small"),
        ("[\"10.0.0.0/8\"]", "127.0.0.1", "small"), ("[\"fd00::/8\"]", "fd12::7", "large"),
        ("[\"fd00::/8\"]", "fe80::7", "small"), ("[\"192.0.2.1\"]", "192.0.2.1", "large"),
        ("[\"192.0.2.1\"]", "192.0.2.2", "small"), ("[]", "127.0.0.1", "small"),
    ])
    func identityComesFromTrustedPeersOnly(_ proxies: String, _ peer: String, _ expected: String) throws {
        #expect(try model(Self.admin, peer: peer, proxies: proxies) == expected)
    }

    @Test func anUnknownPeerIsNotTrusted() throws {
        #expect(try model(Self.admin, peer: nil) == "small")
        #expect(try model(Self.admin, peer: "not an address") == "small")
    }

    @Test(arguments: [
        ([("x-authz-user-id", "root")], "large"), ([("X-Authz-User-Id", "root")], "large"),
        ([("x-authz-user-id", "Root")], "small"), ([("x-authz-user-id", "ann")], "small"), ([], "small"),
        ([("x-authz-user-groups", "platform-admins")], "small"),
        ([("x-authz-user-id", ""), ("x-authz-user-groups", "platform-admins")], "small"),
        ([("x-authz-user-id", "ann"), ("x-authz-user-groups", "a,,\tplatform-admins\t")], "large"),
        (
            [("x-authz-user-id", "ann"), ("x-authz-user-groups", "a"), ("x-authz-user-groups", "platform-admins")],
            "large"
        ),
        ([("x-authz-user-id", "ann"), ("x-authz-user-groups", "platform-admins2")], "small"),
        ([("x-authz-user-id", "root"), ("x-authz-user-id", "ann")], "small"),
    ])
    func usersAndGroups(_ headers: [(String, String)], _ expected: String) throws {
        #expect(try model(headers, peer: "127.0.0.1") == expected)
    }

    @Test func headersMayBeNamedOtherwise() throws {
        let policy = Self.policy().replacing(
            "trusted_proxies: [loopback]",
            with: "trusted_proxies: [loopback], user_id_header: X-Forwarded-User, user_groups_header: X-Teams")
        func model(_ headers: [(String, String)]) throws -> String? {
            try RouterFixture(policy).attempt(Self.body, headers: headers, peer: "127.0.0.1")
                .headers.first(name: "x-selected-model")
        }
        #expect(try model([("x-forwarded-user", "root")]) == "large")
        #expect(try model([("x-authz-user-id", "root")]) == "small")
    }

    @Test func madeIdentifiersDoNotRepeat() {
        let generator = IdentifierGenerator()
        var seen: Set<UInt64> = []
        for _ in 0..<10_000 { seen.insert(generator.next()) }
        #expect(seen.count == 10_000)
    }

    @Test func theSeedFollowsFromTheRequestIdentifier() throws {
        let generation = try RouterFixture.generation(Self.policy())
        func seed(_ headers: [(String, String)]) -> UInt64 {
            RequestIdentity(RouterFixture.head(.POST, "/", headers), generation: generation).seed
        }
        #expect(seed([("x-request-id", "abc")]) == seed([("x-request-id", "abc")]))
        #expect(seed([("x-request-id", "abc")]) != seed([("x-request-id", "abd")]))
        // FNV-1a of "a".
        #expect(seed([("x-request-id", "a")]) == 0xAF63_DC4C_8601_EC8C)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("10.0.0.0/8", true), ("10.0.0.0/0", true), ("10.0.0.0/32", true), ("::/0", true),
        ("fd00::/128", true), ("loopback", true), ("10.0.0.0/33", false), ("::1/129", false), ("10.0.0.0/-1", false),
        ("10.0.0.0/", false), ("10.0.0/8", false), ("10.0.0.0/8/8", false), ("", false), ("/8", false),
        ("localhost", false), ("256.0.0.1", false), (" 10.0.0.1", false), ("fe80::1%eth0", false),
        ("::ffff:10.0.0.0/128", true),
        ("::ffff:10.0.0.0/129", false), ("::ffff:10.0.0.0/20", true),
    ])
    func rangesThatCanBeRead(_ text: String, _ isRange: Bool) {
        #expect((AddressRange(text) != nil) == isRange)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "9.255.255.255", false),
        ("10.1.2.3/8", "10.9.9.9", true), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false),
        ("::/0", "::1", true), ("::/0", "10.0.0.1", false), ("::/0", "::ffff:10.0.0.1", false),
        ("::ffff:10.0.0.0/104", "10.2.3.4", true), ("::ffff:10.0.0.1", "10.0.0.1", true),
        ("::ffff:10.0.0.0/90", "10.2.3.4", false), ("::ffff:10.0.0.0/90", "::fffe:1:2", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::1", "0:0:0:0:0:0:0:1", true), ("loopback", "128.0.0.1", false), ("10.0.0.1", "", false),
    ])
    func rangesContainAddresses(_ text: String, _ address: String, _ isInside: Bool) throws {
        #expect(try #require(AddressRange(text)).contains(address) == isInside)
    }

    @Test(arguments: [
        ("/v1/models", "/v1/models"), ("/v1/models/", "/v1/models"), ("/v1/models//", "/v1/models"),
        ("/v1/models?a=/b/", "/v1/models"), ("/v1/models/?a", "/v1/models"), ("/v1/models#x", "/v1/models"),
        ("/", "/"), ("//", "/"), ("", ""), ("*", "*"), ("?a", ""), ("/v1/Models", "/v1/Models"),
        ("http://host:80/v1/models?x", "/v1/models"), ("HTTPS://host/", "/"), ("http://host", ""),
        ("/http://x/", "/http://x"),
    ])
    func paths(_ target: String, _ path: String) {
        #expect(RequestPath(target).text == path)
    }
}
