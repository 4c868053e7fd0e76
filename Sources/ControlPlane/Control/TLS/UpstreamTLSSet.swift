// The TLS of all upstreams of a configuration, read before any of it is put in force.

internal import Config
internal import Linux

/// Upstreams' TLS by the name of the upstream.
struct UpstreamTLSSet {
    private(set) var byUpstream: [String: UpstreamTLS] = [:]
    /// What is doubtful and no reason to refuse the configuration.
    private(set) var warnings: [String] = []

    /// None.
    init() {}

    /// Reads and makes what a configuration names; what has not changed since `known` is kept.
    ///
    /// - Parameter keepsKnown: A file that cannot be used leaves all as it is known, with a warning,
    ///   where only something else was to be changed.
    init(
        _ configuration: Configuration, beside file: String, keeping known: [String: UpstreamTLS],
        keepsKnown: Bool = false, workerCount: Int
    ) throws(UpstreamTLS.Problem) {
        for upstream in configuration.upstreams {
            guard let tls = upstream.tls else { continue }
            let before = known[upstream.name]
            do {
                let made = try Self.make(
                    tls, beside: file, keeping: before, workerCount: workerCount)
                byUpstream[upstream.name] = made
                if let warning = made.warning {
                    warnings.append("upstream '\(upstream.name)': \(warning.text)")
                }
            } catch {
                let text = "upstream '\(upstream.name)': \(error.text)"
                guard keepsKnown, let before, before.material.configuration == tls else {
                    throw UpstreamTLS.Problem(text: text, file: error.file)
                }
                byUpstream[upstream.name] = before
                warnings.append(text + "; what was read before stays")
            }
        }
    }

    /// All that is wrong with the files that a configuration names, and all that is doubtful.
    static func problems(
        _ configuration: Configuration, beside file: String
    ) -> (errors: [UpstreamTLS.Problem], warnings: [UpstreamTLS.Problem]) {
        var errors: [UpstreamTLS.Problem] = []
        var warnings: [UpstreamTLS.Problem] = []
        for tls in configuration.upstreams.compactMap(\.tls) {
            do {
                let made = try make(tls, beside: file, keeping: nil, workerCount: 0)
                if let warning = made.warning { warnings.append(warning) }
            } catch { errors.append(error) }
        }
        return (errors, warnings)
    }

    private static func make(
        _ tls: UpstreamTLSConfiguration, beside file: String, keeping known: UpstreamTLS?,
        workerCount: Int
    ) throws(UpstreamTLS.Problem) -> UpstreamTLS {
        let material = try UpstreamTLSMaterial(tls, beside: file)
        if let known, known.material == material, known.workerCount == workerCount { return known }
        let now = Int64(Clock.realtimeNanoseconds / 1_000_000_000)
        return try UpstreamTLS(material, workerCount: workerCount, at: now)
    }
}
