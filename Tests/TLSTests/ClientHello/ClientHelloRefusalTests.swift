// What is not taken for a ClientHello, and why.

import FuzzTLS
import TLS
import Testing

@Suite("What is no ClientHello to be used is refused")
struct ClientHelloRefusalTests {
    @Test("streams and records that are wrong", arguments: RefusedHello.streams)
    func streams(one: RefusedHello) {
        #expect(ParsedOutcome.parse(one.stream) == .refused(one.refusal))
    }

    @Test("messages that are wrong", arguments: RefusedHello.messages)
    func messages(one: RefusedHello) {
        #expect(ParsedOutcome.parse(one.stream) == .refused(one.refusal))
    }

    @Test("server names that are none", arguments: RefusedHello.names)
    func names(one: RefusedHello) {
        #expect(ParsedOutcome.parse(one.stream) == .refused(one.refusal))
    }

    @Test("the cause is the same however little is there", arguments: RefusedHello.all)
    func prefixes(one: RefusedHello) {
        for count in 0..<one.stream.count {
            switch ParsedOutcome.parse(one.stream[..<count]) {
            case .incomplete(let least): #expect(least > count)
            case .refused(let refusal): #expect(refusal == one.refusal, "\(count)")
            case .complete: Issue.record("\(count) octets are complete")
            }
        }
    }

    @Test("messages and names are refused for the same in records of an octet each")
    func smallRecords() {
        for one in RefusedHello.messages + RefusedHello.names {
            let stream = HelloRecordWriter.records(Array(one.stream[5...]), size: 1)
            guard stream.count <= ClientHelloLimits.streamBytesMax else { continue }
            #expect(ParsedOutcome.parse(stream) == .refused(one.refusal), "\(one.testDescription)")
        }
    }

    @Test("every cause is met, and has a word of its own")
    func causes() {
        let met = Set(RefusedHello.all.map(\.refusal.rawValue))
        #expect(met == Set(ClientHelloRefusal.allCases.map(\.rawValue)))
        #expect(Set(ClientHelloRefusal.allCases.map { "\($0.word)" }).count == met.count)
    }

    @Test("who doesn't speak TLS gets no alert, everybody else one of RFC 8446")
    func alerts() {
        let known: Set<UInt8> = [10, 22, 47, 50, 70, 112]
        for refusal in ClientHelloRefusal.allCases {
            let isSilent = refusal == .plainHTTP || refusal == .notTLS
            #expect(isSilent ? refusal.alert == 0 : known.contains(refusal.alert), "\(refusal)")
        }
    }
}
