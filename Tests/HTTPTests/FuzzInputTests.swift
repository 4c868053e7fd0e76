// The committed inputs of the fuzzer, checked as it does. Those with a name once broke something.

import Conformance
import FuzzHTTP
import Testing

@Suite("HTTP fuzzing")
struct FuzzInputTests {
    static let folder = "\(CaseFiles.testsFolder)/Fuzz/Corpus/http"
    static let names = CaseFiles.names(in: folder)

    @Test("there are inputs")
    func inputs() { #expect(Self.names.count >= 100) }

    @Test("what holds of every input holds of the committed ones", arguments: names)
    func committed(name: String) {
        let violation = FuzzInput.violation(CaseFiles.octets("\(Self.folder)/\(name)"))
        #expect(violation == nil, "\(name)")
    }

    @Test("what holds of every input holds of the conformance cases")
    func cases() {
        let kinds: [(UInt8, [ConformanceCase])] = [
            (UInt8(ascii: "P"), ConformanceSuite.httpRequests),
            (UInt8(ascii: "Q"), ConformanceSuite.httpResponses),
            (UInt8(ascii: "R"), ConformanceSuite.httpResponses),
        ]
        for (kind, cases) in kinds {
            for one in cases {
                let violation = FuzzInput.violation([kind] + one.octets)
                #expect(violation == nil, "\(one)")
            }
        }
    }
}
