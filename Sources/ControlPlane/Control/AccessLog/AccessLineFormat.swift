// How an access log's lines look. Compiled once from the configuration; rendering is in
// `AccessLine`.

internal import Telemetry

/// A format of access lines.
enum AccessLineFormat: Equatable, Sendable {
    /// One JSON object a line, its keys the words of `AccessVariable`.
    case json
    /// The combined format of Apache and nginx, in UTC.
    case combined
    /// Text with variables in it.
    case template([Segment])

    /// A part of a template.
    enum Segment: Equatable, Sendable {
        /// Text as it stands in the configuration.
        case literal(String)
        /// What is told of the exchange, or `-` when there is nothing to tell.
        case variable(AccessVariable)
    }

    /// Something that no record has unless a format asks for it; names of fields in lower case.
    enum Extra: Hashable, Sendable {
        /// A field of the request.
        case requestField(String)
        /// A field of the response.
        case responseField(String)
        /// A cookie of the request.
        case cookie(String)
    }

    /// Gives each thing that a template asks for a place in records.
    struct Extras: Equatable, Sendable {
        /// By place: a worker adds the text of `list[index]` as `AccessText.extra(index)`.
        private(set) var list: [Extra] = []

        /// The number by which records tell what stands in those places: FNV-1a over all of it.
        var mark: UInt64 {
            var mark: UInt64 = 0xCBF2_9CE4_8422_2325
            for extra in list {
                let (kind, name): (UInt8, String) =
                    switch extra {
                    case .requestField(let name): (1, name)
                    case .responseField(let name): (2, name)
                    case .cookie(let name): (3, name)
                    }
                // No name has a NUL.
                for byte in [kind] + Array(name.utf8) + [0] {
                    mark = (mark ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
                }
            }
            return mark
        }

        /// The variable that stands for it; nil when there are as many as a record has room for.
        mutating func variable(_ extra: Extra) -> AccessVariable? {
            switch extra {
            case .requestField("user-agent"): return .word(.userAgent)
            case .requestField("referer"): return .word(.referer)
            default: break
            }
            if let index = list.firstIndex(of: extra) { return .extra(index) }
            guard list.count < AccessText.extraCount else { return nil }
            list.append(extra)
            return .extra(list.count - 1)
        }
    }
}
