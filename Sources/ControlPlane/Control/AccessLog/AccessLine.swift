// Lines of an access log, from entries: by a format, into bytes that are reused. Whatever a client
// sent, a line stays one line and its parts keep their places.

internal import Linux
internal import Telemetry

/// Writes lines one after the other.
struct AccessLine: ~Copyable {
    /// The lines so far, each ended by a newline.
    private(set) var bytes = LineBytes(capacity: 4096)
    /// How many they are.
    private(set) var count = 0
    private var time = AccessTime()

    /// `,"status":` and the like in the order of a line, and the place of each.
    private static let jsonKeys: (text: [UInt8], places: [(AccessVariable.Word, Range<Int>)]) = {
        var text: [UInt8] = []
        var places: [(AccessVariable.Word, Range<Int>)] = []
        for word in AccessVariable.Word.allCases where word != .timeCommon {
            let start = text.count
            text += Array(",\"\(word.rawValue)\":".utf8)
            places.append((word, start..<text.count))
        }
        return (text, places)
    }()

    /// Forgets the lines and keeps their memory.
    mutating func removeAll() {
        bytes.removeAll()
        count = 0
    }

    /// Adds the line of an entry.
    mutating func append(_ entry: AccessEntry, _ format: AccessLineFormat, _ names: AccessNames) {
        switch format {
        case .json: appendJSON(entry, names)
        case .combined: appendCombined(entry, names)
        case .template(let segments):
            for segment in segments {
                switch segment {
                case .literal(let text): appendLiteral(text)
                case .variable(let variable):
                    appendText(AccessValue(variable, of: entry, names))
                }
            }
        }
        bytes.append(UInt8(ascii: "\n"))
        count += 1
    }

    // JSON ----------------------------------------------------------------------------------

    private mutating func appendJSON(_ entry: AccessEntry, _ names: AccessNames) {
        let start = bytes.count
        let keys = Self.jsonKeys
        for (word, place) in keys.places {
            let value = AccessValue(word, of: entry, names)
            if case .absent = value { continue }
            unsafe keys.text.withUnsafeBytes {
                unsafe bytes.append(UnsafeRawBufferPointer(rebasing: $0[place]))
            }
            appendJSON(value)
        }
        // The first key's comma gives way: an object has at least its time.
        bytes.replace(at: start, by: UInt8(ascii: "{"))
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func appendJSON(_ value: AccessValue) {
        switch value {
        case .absent, .number, .flag, .duration: appendText(value)
        case .time, .commonTime, .address:
            bytes.append(UInt8(ascii: "\""))
            appendText(value)
            bytes.append(UInt8(ascii: "\""))
        case .name(var name):
            bytes.append(UInt8(ascii: "\""))
            name.withUTF8 {
                unsafe bytes.append(jsonEscaping: UnsafeRawBufferPointer($0))
            }
            bytes.append(UInt8(ascii: "\""))
        case .text(let text):
            bytes.append(UInt8(ascii: "\""))
            unsafe bytes.append(jsonEscaping: text)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    // Text ----------------------------------------------------------------------------------

    /// `1.2.3.4 - - [31/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"`: the
    /// combined format has places for an identity and a user that nobody asked for.
    private mutating func appendCombined(_ entry: AccessEntry, _ names: AccessNames) {
        func value(_ word: AccessVariable.Word) -> AccessValue {
            AccessValue(word, of: entry, names)
        }
        appendText(value(.clientIP))
        bytes.append(" - - [")
        appendText(value(.timeCommon))
        bytes.append("] \"")
        appendText(value(.method))
        bytes.append(UInt8(ascii: " "))
        let target = unsafe entry.text(.target)
        appendText(unsafe target.isEmpty ? .absent : .text(target))
        bytes.append(UInt8(ascii: " "))
        appendText(value(.protocol))
        bytes.append("\" ")
        appendText(value(.status))
        bytes.append(UInt8(ascii: " "))
        appendText(value(.bodyBytes))
        bytes.append(" \"")
        appendText(value(.referer))
        bytes.append("\" \"")
        appendText(value(.userAgent))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendText(_ value: AccessValue) {
        switch value {
        case .absent: bytes.append(UInt8(ascii: "-"))
        case .number(let number): bytes.append(number: number)
        case .flag(let isOn): bytes.append(isOn ? "true" : "false")
        case .time(let nanoseconds): time.appendRFC(nanoseconds, to: &bytes)
        case .commonTime(let nanoseconds): time.appendCommon(nanoseconds, to: &bytes)
        case .duration(let microseconds):
            bytes.append(number: UInt64(microseconds / 1000))
            bytes.append(UInt8(ascii: "."))
            bytes.append(threeDigits: microseconds % 1000)
        case .address(let address): append(address)
        case .name(var name):
            name.withUTF8 {
                unsafe bytes.append(textEscaping: UnsafeRawBufferPointer($0))
            }
        case .text(let text): unsafe bytes.append(textEscaping: text)
        }
    }

    /// Text of the configuration, which may be in any language but is one line too.
    private mutating func appendLiteral(_ text: String) {
        for byte in text.utf8 {
            guard byte < 0x20 || byte == 0x7f else {
                bytes.append(byte)
                continue
            }
            unsafe [byte].withUnsafeBytes {
                unsafe bytes.append(textEscaping: $0)
            }
        }
    }

    private mutating func append(_ address: NetworkAddress) {
        switch address.family {
        case .none: bytes.append(UInt8(ascii: "-"))
        case .ipv4:
            var shift: UInt64 = 32
            while shift > 0 {
                shift -= 8
                if shift < 24 { bytes.append(UInt8(ascii: ".")) }
                bytes.append(number: address.low >> shift & 0xff)
            }
        case .ipv6:
            var text = SocketAddress(ipv6: address.high, address.low, port: 0).numericHost
            text.withUTF8 { unsafe bytes.append(UnsafeRawBufferPointer($0)) }
        }
    }
}
