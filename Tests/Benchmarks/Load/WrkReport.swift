// What wrk printed, as numbers. It writes them for people: `1.25ms`, `3.40GB`, `62.5k`.

/// The outcome of one run of wrk.
struct WrkReport {
    let requests: Double
    let seconds: Double
    /// Bytes received, heads included.
    let bytes: Double
    /// Latencies that half and 99 % of the requests stayed under, in seconds.
    let median: Double
    let percentile99: Double
    /// Socket errors and timeouts, and answers that were not a success.
    let failures: Double

    init(parsing text: String) throws {
        var requests: Double?
        var seconds: Double?
        var bytes: Double?
        var median: Double?
        var percentile99: Double?
        var failures = 0.0
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "," }
            if words.count == 2 && words[0] == "50%" {
                median = Self.seconds(words[1])
            } else if words.count == 2 && words[0] == "99%" {
                percentile99 = Self.seconds(words[1])
            } else if words.count == 6 && words[1] == "requests" && words[2] == "in" {
                // 62880 requests in 5.00s, 8.99MB read
                requests = Self.count(words[0])
                seconds = Self.seconds(words[3])
                bytes = Self.bytes(words[4])
            } else if line.contains("Socket errors:") || line.contains("Non-2xx") {
                // Socket errors: connect 0, read 1, write 0, timeout 0
                // Non-2xx or 3xx responses: 7
                let counts = line.split(separator: ":").last?.split { $0 == " " || $0 == "," }
                failures += (counts ?? []).compactMap { Double($0) }.reduce(0, +)
            }
        }
        guard let requests, let seconds, let bytes, let median, let percentile99, requests > 0
        else {
            throw BenchmarkError("wrk printed no result:\n\(text)")
        }
        self.requests = requests
        self.seconds = seconds
        self.bytes = bytes
        self.median = median
        self.percentile99 = percentile99
        self.failures = failures
    }

    /// `12.00us`, `1.25ms`, `3.10s`, `2.00m`, `1.00h` in seconds.
    static func seconds(_ text: Substring) -> Double? {
        scaled(text, by: [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)])
    }

    /// `512.00B`, `1.50KB`, `3.40GB`; wrk's kilobyte has 1,024 bytes.
    static func bytes(_ text: Substring) -> Double? {
        scaled(
            text,
            by: [
                ("KB", 0x1p10), ("MB", 0x1p20), ("GB", 0x1p30), ("TB", 0x1p40), ("PB", 0x1p50),
                ("B", 1),
            ])
    }

    /// `950`, `62.88k`, `1.20M`, `3.00G`, in thousands, millions and so on.
    static func count(_ text: Substring) -> Double? {
        scaled(text, by: [("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("", 1)])
    }

    private static func scaled(_ text: Substring, by units: [(String, Double)]) -> Double? {
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            return Double(text.dropLast(suffix.count)).map { $0 * factor }
        }
        return nil
    }
}
