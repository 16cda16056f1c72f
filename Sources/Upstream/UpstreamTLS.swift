import NIOCore
import NIOSSL

/// How backends are trusted: the system's roots, plus a file of further ones. Verification is always on.
public struct UpstreamTLS: Sendable {
    private let context: NIOSSLContext

    /// Loads the trust roots. `additionalRootsFile` names a PEM file of certificate authorities to trust as well.
    /// Throws when a file cannot be read or holds no certificate.
    public init(additionalRootsFile: String? = nil) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        configuration.minimumTLSVersion = .tlsv12
        if let file = additionalRootsFile {
            configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(file))]
        }
        self.context = try NIOSSLContext(configuration: configuration)
    }

    /// A handler for one connection. A literal IP address is verified against the certificate's addresses.
    func makeHandler(for target: BackendTarget) throws -> NIOSSLClientHandler {
        let name = target.serverName ?? target.host
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        if isAddress { return try NIOSSLClientHandler(context: self.context, serverHostname: nil) }
        // The built-in check is content with a certificate for the peer's address. Whoever can forge the answer
        // of a name server can have one of those, so a name must be covered by name.
        return try NIOSSLClientHandler._makeSSLClientHandler(
            context: self.context,
            serverHostname: name,
            additionalPeerCertificateVerificationCallback: { certificate, channel in
                for alternative in certificate._subjectAlternativeNames() where alternative.nameType == .dnsName {
                    if ServerIdentity.covers(alternative.contents, host: name) {
                        return channel.eventLoop.makeSucceededVoidFuture()
                    }
                }
                return channel.eventLoop.makeFailedFuture(NIOSSLExtraError.failedToValidateHostname)
            })
    }
}
