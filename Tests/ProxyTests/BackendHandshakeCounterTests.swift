// The cells that handshakes with backends are counted in.

import TLS
import Testing

@testable import Proxy

@Suite("Counters of handshakes")
struct BackendHandshakeCounterTests {
    @Test("have a cell each")
    func cells() {
        var cells = BackendHandshakeCounter.allCases.map(\.rawValue)
        cells += TLSFailure.allCases.map { BackendHandshakeCounter.failed($0) }
        #expect(cells.sorted() == Array(0..<BackendHandshakeCounter.cellCount))
    }
}
