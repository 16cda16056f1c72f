import Exchange
import Foundation
import Gateway
import NIOCore
import NIOSSL
import Testing
import Upstream

/// The program that makes certificates, where there is one.
private enum OpenSSL {
    static let path = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/opt/homebrew/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// Backends behind TLS: trusted ones are used, others refused.
@Suite(.timeLimit(.minutes(2)), .enabled(if: OpenSSL.path != nil, "openssl is not installed"))
struct TLSTests {
    /// A self-signed certificate for localhost, made for one test.
    private struct Identity {
        let folder: URL
        var certificate: String { self.folder.appendingPathComponent("certificate.pem").path }
        var key: String { self.folder.appendingPathComponent("key.pem").path }

        init() throws {
            self.folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(OpenSSL.path))
            process.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", self.key, "-out", self.certificate,
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }

        func context() throws -> NIOSSLContext {
            try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMFile(self.certificate).map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(file: self.key, format: .pem))))
        }

        func remove() {
            try? FileManager.default.removeItem(at: self.folder)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", String?.none, true), ("127.0.0.1", "localhost", true), ("127.0.0.1", "other.test", false),
    ])
    func trustFollowsTheNameAndTheRoots(host: String, name: String?, isTrusted: Bool) async throws {
        let identity = try Identity()
        defer { identity.remove() }
        let backend = try await RawBackend.start(tls: identity.context()) { request, channel in
            channel.respond("secret:\(request.body)")
        }
        let target = BackendTarget(scheme: .https, host: host, port: backend.port, serverName: name)
        try await withGateway(
            TestHandler(plan: .init(targets: [target])),
            configure: { $0.additionalTrustRootsFile = identity.certificate }
        ) { address, _ in
            let client = try await RawClient.connect(address)
            for number in 1...2 {
                try await client.send(client.post("x"))
                try await client.waitForText(isTrusted ? "secret:x" : "tls_failed", times: number)
            }
            if isTrusted { #expect(backend.seen.value.connections == 1) }
            await client.close()
        }
        try await withGateway(TestHandler(plan: .init(targets: [target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("tls_failed")
            await client.close()
        }
        await backend.stop()
    }

    @Test func plainBackendUnderTLSIsAnError() async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("plain") }
        let target = BackendTarget(scheme: .https, host: "127.0.0.1", port: backend.port)
        var plan = TestExchange.Plan(targets: [target])
        plan.timeouts.connect = .milliseconds(200)
        try await withGateway(TestHandler(plan: plan)) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            // The other side waits for a request it understands: the connect time covers the handshake.
            try await client.waitForText("connect_timeout")
            await client.close()
        }
        await backend.stop()
    }
}
