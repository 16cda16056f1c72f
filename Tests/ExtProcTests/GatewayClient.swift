import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import Testing
import Wire

@testable import ExtProc

/// A gRPC client that says what a gateway would say, and collects what it is told.
struct GatewayClient {
    var port: Int
    var trusting: TestIdentity?
    var identity: TestIdentity?

    /// Sends all messages at once, as a gateway in full duplex mode does, and returns the answers.
    func ask(_ messages: [[UInt8]]) async throws -> [ProtobufTree] {
        var options = CallOptions.defaults
        options.timeout = .seconds(20)
        return try await withGRPCClient(transport: try transport()) { client in
            try await client.bidirectionalStreaming(
                request: StreamingClientRequest { writer in
                    for message in messages { try await writer.write(message) }
                }, descriptor: Self.process, serializer: RawBytes(), deserializer: RawBytes(),
                options: options
            ) { response in
                try await response.messages.reduce(into: []) { $0.append(ProtobufTree($1)) }
            }
        }
    }

    private static let process = MethodDescriptor(
        fullyQualifiedService: "envoy.service.ext_proc.v3.ExternalProcessor", method: "Process")

    private func transport() throws -> HTTP2ClientTransport.Posix {
        let security: HTTP2ClientTransport.Posix.TransportSecurity
        if let trusting {
            let roots = TLSConfig.TrustRootsSource.certificates([.file(path: trusting.certificate, format: .pem)])
            if let identity {
                security = .mTLS(
                    certificateChain: [.file(path: identity.certificate, format: .pem)],
                    privateKey: .file(path: identity.key, format: .pem)
                ) { $0.trustRoots = roots }
            } else {
                security = .tls { $0.trustRoots = roots }
            }
        } else {
            security = .plaintext
        }
        return try HTTP2ClientTransport.Posix(
            target: .dns(host: "localhost", port: port), transportSecurity: security)
    }
}

/// Messages as bytes.
private struct RawBytes: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }

    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> [UInt8] {
        serializedMessageBytes.withUnsafeBytes { Array($0) }
    }
}

/// Encoded messages of a gateway.
enum Message {
    static func head(requestBody: UInt64, responseBody: UInt64) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.field(2) { headers in
            headers.field(1) { map in
                fields([(":method", "POST"), (":path", "/v1/chat/completions"), (":authority", "gateway")], &map)
            }
        }
        writer.field(11) { configuration in
            configuration.field(1, varint: requestBody)
            configuration.field(2, varint: responseBody)
        }
        return writer.bytes
    }

    static func responseHead(contentType: String) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.field(3) { headers in
            headers.field(1) { fields([(":status", "200"), ("content-type", contentType)], &$0) }
        }
        return writer.bytes
    }

    /// A request's body is field 4, a response's field 5.
    static func body(_ field: UInt64, _ bytes: [UInt8], isEnd: Bool) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.field(field) { body in
            body.field(1, bytes: bytes)
            if isEnd { body.field(2, varint: 1) }
        }
        return writer.bytes
    }

    private static func fields(_ headers: [(String, String)], _ map: inout ProtobufWriter) {
        for (name, value) in headers {
            map.field(1) { header in
                header.field(1, string: name)
                header.field(3, string: value)
            }
        }
    }
}

/// A self-signed certificate, made for one test.
final class TestIdentity: Sendable {
    static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private let folder: URL
    var certificate: String { folder.appendingPathComponent("certificate.pem").path }
    var key: String { folder.appendingPathComponent("key.pem").path }

    init(_ name: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

/// A listening socket that shares its port with nobody.
final class ServerSocketBlocker {
    let port: Int
    private let channel: any Channel

    init() throws {
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }
}
