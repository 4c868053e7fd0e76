// OpenSSL as a whole.

internal import COpenSSL

/// The library.
public enum TLSLibrary {
    /// Has OpenSSL begin without its configuration file.
    ///
    /// `openssl.cnf` may set versions, ciphers, a security level, providers and engines for all
    /// programs of a machine. What a listener speaks is said in one place, our configuration, and is
    /// alike on every node. To be called before anything else of OpenSSL is, or the file has been
    /// read; free to call again.
    public static func begin() { _ = isBegun }

    private static let isBegun: Bool = {
        let options = UInt64(OPENSSL_INIT_NO_LOAD_CONFIG)
        let result = OPENSSL_init_ssl(options, nil)
        precondition(result == 1, "OpenSSL cannot begin")
        return true
    }()

    /// The version that is loaded, such as "OpenSSL 3.0.19 27 Jan 2026".
    public static var version: String {
        unsafe String(cString: OpenSSL_version(OPENSSL_VERSION))
    }
}
