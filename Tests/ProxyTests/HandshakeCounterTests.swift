import TLS
import Testing

@testable import Proxy

/// The cells that handshakes are counted in.
@Suite("Counters of handshakes")
struct HandshakeCounterTests {
    @Test("counters, failures and ciphers share a row without meeting")
    func cells() {
        var cells = HandshakeCounter.allCases.map(\.rawValue)
        cells += TLSFailure.allCases.map { HandshakeCounter.failed($0) }
        cells += HandshakeCipher.allCases.map { HandshakeCounter.agreed($0) }
        #expect(cells.sorted() == Array(0..<HandshakeCounter.cellCount))
    }

    @Test("each version has counters of its own for full handshakes and resumed ones")
    func versions() {
        let counters = TLSVersion.allCases.flatMap { version in
            [false, true].map { HandshakeCounter.done(version, isResumed: $0) }
        }
        #expect(Set(counters).count == 2 * TLSVersion.allCases.count)
        #expect(counters == [.full12, .resumed12, .full13, .resumed13])
    }

    @Test("each cipher has a word of its own, and numbers that nobody knows are one")
    func ciphers() {
        let words = HandshakeCipher.allCases.map(\.word)
        #expect(Set(words).count == words.count)
        let known = (UInt16.min...UInt16.max).map { HandshakeCipher(number: $0) }
            .filter { $0 != .other }
        #expect(Set(known).count == HandshakeCipher.allCases.count - 1)
        #expect(known.count == HandshakeCipher.allCases.count - 1)
    }
}
