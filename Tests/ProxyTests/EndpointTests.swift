import Linux
import Testing

@testable import Proxy

@Suite("Endpoint")
struct EndpointTests {
    /// What an event makes of a new endpoint.
    struct Case: CustomTestStringConvertible {
        var event: Readiness
        var isReadable = false
        var isWritable = false
        var distrusts = false
        var endHasArrived = false
        var hasUrgentMark = false
        var testDescription: String { "\(event.rawValue)" }
    }

    @Test(
        "events set what they say, and no more",
        arguments: [
            Case(event: .readable, isReadable: true),
            Case(event: .writable, isWritable: true),
            Case(event: [.readable, .writable], isReadable: true, isWritable: true),
            Case(
                event: [.readable, .peerClosed], isReadable: true, distrusts: true,
                endHasArrived: true),
            Case(event: .peerClosed, isReadable: true, distrusts: true, endHasArrived: true),
            Case(event: .failed, isReadable: true, isWritable: true, distrusts: true),
            Case(event: .hungUp, isReadable: true, isWritable: true, distrusts: true),
            // A reset says that the peer has closed, too: that is no end of a stream.
            Case(
                event: [.readable, .peerClosed, .failed, .hungUp], isReadable: true,
                isWritable: true, distrusts: true),
            Case(
                event: [.readable, .urgent], isReadable: true, distrusts: true,
                hasUrgentMark: true),
        ])
    func note(_ expected: Case) {
        var endpoint = Endpoint()
        endpoint.note(expected.event)
        #expect(endpoint.isReadable == expected.isReadable)
        #expect(endpoint.isWritable == expected.isWritable)
        #expect(endpoint.distrustsShortReads == expected.distrusts)
        #expect(endpoint.endHasArrived == expected.endHasArrived)
        #expect(endpoint.hasUrgentMark == expected.hasUrgentMark)
    }

    @Test("a later event takes nothing back")
    func keeps() {
        var endpoint = Endpoint()
        endpoint.note([.readable, .peerClosed])
        endpoint.note(.writable)
        endpoint.note([.failed, .hungUp])
        #expect(endpoint.isReadable && endpoint.isWritable && endpoint.endHasArrived)
    }
}
