// What the terminal shows: lines of at most 80 columns, one a round, and a table a case.

import Glibc

enum TextReport {
    static func printRound(_ round: String, column: String, sample: Sample) {
        let values = Metric.allCases.filter { $0.isHeadline }.compactMap { metric in
            sample[metric].map { "\(number($0, digits: metric.digits)) \(metric.rawValue)" }
        }
        print("  \(left(round, 6))\(left(column, 16))\(values.joined(separator: "  "))")
        flush()
    }

    static func printTable(_ result: CaseResult) {
        let width = result.columns.count > 3 ? 12 : 16
        let header = result.columns.map { right($0, width) }.joined()
        print("  " + left("median", 21) + header + (result.hasSubject ? right("ratio", 8) : ""))
        for metric in result.metrics {
            let values = result.columns.indices.map { column in
                right(value(result.figure(metric, column: column), metric), width)
            }
            let ratio = result.ratio(metric).map { right(number($0, digits: 2) + "x", 8) } ?? ""
            print("  " + left(metric.rawValue, 21) + values.joined() + ratio)
        }
        flush()
    }

    static func printBars(_ results: [CaseResult]) {
        print("bars")
        for bar in Bar.all {
            print("  " + left(bar.verdict(results).word, 14) + bar.title)
            if let detail = bar.verdict(results).detail { print(left("", 16) + detail) }
        }
        flush()
    }

    /// Output goes to pipes and files too, where it would otherwise wait for the end.
    static func flush() {
        fflush(nil)
    }

    static func value(_ value: Double?, _ metric: Metric) -> String {
        value.map { number($0, digits: metric.digits) } ?? "–"
    }

    /// A number with a fixed count of digits after the point and commas between thousands.
    static func number(_ value: Double, digits: Int = 0) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value.magnitude * scale).rounded())
        let fraction = String(scaled % Int(scale))
        var whole = String(scaled / Int(scale))
        var index = whole.count - 3
        while index > 0 {
            whole.insert(",", at: whole.index(whole.startIndex, offsetBy: index))
            index -= 3
        }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + whole }
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(whole).\(zeros)\(fraction)"
    }

    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
