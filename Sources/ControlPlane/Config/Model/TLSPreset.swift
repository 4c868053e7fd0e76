// The words of `tls.preset`.

/// Versions, ciphers and groups that go together, as Mozilla's guidelines have them. Raw values are
/// the words of the file.
public enum TLSPreset: String, Sendable, CaseIterable {
    /// For clients of the last ten years: TLS 1.2 and 1.3.
    case intermediate
    /// For clients of the last few years: TLS 1.3 alone.
    case modern

    /// Versions of TLS that it has.
    public var versions: ClosedRange<TLSVersion> {
        switch self {
        case .intermediate: .tls12 ... .tls13
        case .modern: .tls13 ... .tls13
        }
    }
}
