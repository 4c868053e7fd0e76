// Numbers for people: three digits and a unit.

/// Quantities as text.
enum Quantity {
    /// `999`, `12.3k`, `4.56M`.
    static func count(_ number: UInt64) -> String {
        number < 10_000 ? "\(number)" : scaled(Double(number), 1000, ["", "k", "M", "G", "T"])
    }

    /// `0`, `0.4`, `12.3k`.
    static func rate(_ number: Double) -> String {
        number == 0 ? "0" : scaled(number, 1000, ["", "k", "M", "G", "T"])
    }

    /// `512B`, `1.50K`, `20.0M`: powers of 1024.
    static func bytes(_ number: Double) -> String {
        number == 0 ? "0" : scaled(number, 1024, ["B", "K", "M", "G", "T"])
    }

    /// `59s`, `3m 20s`, `5h 2m`, `12d 3h`.
    static func time(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
        case ..<86_400: "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
        }
    }

    private static func scaled(_ number: Double, _ step: Double, _ units: [String]) -> String {
        var value = number
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= step
            unit += 1
        }
        if unit == 0, value.rounded() == value { return "\(Int(value))\(units[0])" }
        let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return fixed(value, decimals) + units[unit]
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        let factor = [1.0, 10, 100][decimals]
        let whole = Int((value * factor).rounded())
        guard decimals > 0 else { return "\(whole)" }
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
