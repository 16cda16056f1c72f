import Testing

@testable import Upstream

@Suite
struct ServerIdentityTests {
    @Test(arguments: [
        ("api.example.com", "API.Example.com", true), ("*.example.com", "api.example.com", true),
        ("*.example.com", "a.b.example.com", false), ("*.example.com", "example.com", false),
        ("*.com", "example.com", false), ("a*.example.com", "api.example.com", false),
        ("api.example.com.", "api.example.com", true), ("", "", false), ("a..b", "a..b", false),
        ("other", "host", false),
    ])
    func namesAreCovered(pattern: String, host: String, expected: Bool) {
        #expect(ServerIdentity.covers(pattern.utf8, host: host) == expected)
    }
}
