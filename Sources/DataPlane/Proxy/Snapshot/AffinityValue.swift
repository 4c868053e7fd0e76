// What the cookie says that binds a client to a backend. Who makes the values is the control plane;
// here they are read, written and compared.

internal import HTTP

/// The value of such a cookie: 128 bits that nobody can guess, written as 32 hexadecimal digits in
/// lower case.
public struct AffinityValue: BitwiseCopyable, Equatable, Sendable {
    let high: UInt64
    let low: UInt64

    /// The value of 128 bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The request has no such cookie.
    static var none: AffinityValue { AffinityValue(high: 0, low: 0) }
    /// It has one that no value is written like.
    static var malformed: AffinityValue { AffinityValue(high: 0, low: 1) }
    /// How many digits it has.
    static var digitCount: Int { 32 }

    /// The value that a text stands for. Of another length, or with other octets than those digits,
    /// it is `malformed`: what was not written here is nobody's.
    static func read(_ text: UnsafeBufferPointer<UInt8>) -> AffinityValue {
        guard text.count == digitCount, let digits = text.baseAddress,
            let high = unsafe half(digits), let low = unsafe half(digits + digitCount / 2)
        else { return .malformed }
        let value = AffinityValue(high: high, low: low)
        return value == .none ? .malformed : value
    }

    private static func half(_ digits: UnsafePointer<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for index in 0..<digitCount / 2 {
            let digit = unsafe digits[index]
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x57)
            default: return nil
            }
        }
        return number
    }

    /// Writes the digits.
    func write(to writer: inout HeadWriter) {
        RequestIdentifier(high: high, low: low).write(to: &writer)
    }
}
