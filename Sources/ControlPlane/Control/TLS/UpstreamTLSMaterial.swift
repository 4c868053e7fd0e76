// What an upstream's TLS is made of: its configuration and what the files hold that it names. Equal
// ones make equal contexts, so that a reload which changes nothing of them keeps all sessions.

internal import Config

/// The configuration of an upstream's TLS with the bytes of its files.
struct UpstreamTLSMaterial: Equatable {
    /// Bytes of a file at most: bundles of all authorities of the web have some 250 KB.
    private static let fileBytesMax = 4 << 20

    /// What the file says.
    let configuration: UpstreamTLSConfiguration
    /// Certificates of authorities in PEM; nil for the system's.
    private(set) var authorities: [UInt8]?
    /// Our certificate and its key in PEM; nil for none.
    private(set) var certificate: [UInt8]?
    private(set) var key: [UInt8]?
    /// What unlocks the key; nil for one that is not locked.
    private(set) var password: [UInt8]?

    /// Reads the files; relative paths are to the folder of the configuration's file.
    init(
        _ configuration: UpstreamTLSConfiguration, beside file: String
    ) throws(UpstreamTLS.Problem) {
        self.configuration = configuration
        if configuration.verify, let ca = configuration.ca {
            authorities = try Self.read(ca, beside: file)
        }
        guard let own = configuration.certificate else { return }
        certificate = try Self.read(own.cert, beside: file)
        key = own.key == nil ? certificate : try Self.read(own.keyFile, beside: file)
        if let password = own.passwordFile {
            let line = try Self.read(password, beside: file).prefix { $0 != 10 && $0 != 13 }
            self.password = Array(line)
        }
    }

    /// The files that a configuration names, as whole paths.
    static func files(of configuration: UpstreamTLSConfiguration, beside file: String) -> [String] {
        let own = configuration.certificate
        let named = [
            configuration.verify ? configuration.ca : nil, own?.cert, own?.key, own?.passwordFile,
        ]
        return named.compactMap { $0 }.map { path($0, beside: file) }
    }

    private static func read(
        _ name: String, beside file: String
    ) throws(UpstreamTLS.Problem) -> [UInt8] {
        do { return try BoundedFile.read(path(name, beside: file), limit: fileBytesMax) } catch {
            throw UpstreamTLS.Problem(text: error.text, file: name)
        }
    }

    private static func path(_ name: String, beside file: String) -> String {
        ConfigurationFolder(of: file).path(name)
    }
}
