// The committed inputs of the fuzzer, checked as it does. Those with a name once broke something.

import Conformance
import FuzzTLS
import Testing

@Suite("ClientHello fuzzing")
struct HelloInputTests {
    static let folder = "\(CaseFiles.testsFolder)/Fuzz/Corpus/tls"
    static let names = CaseFiles.names(in: folder)

    @Test("there are inputs")
    func inputs() { #expect(Self.names.count >= 60) }

    @Test("what holds of every input holds of the committed ones", arguments: names)
    func committed(name: String) {
        let violation = HelloInput.violation(CaseFiles.octets("\(Self.folder)/\(name)"))
        #expect(violation == nil, "\(name)")
    }

    @Test("what holds of every input holds of the cases that are refused")
    func cases() {
        for one in RefusedHello.all {
            #expect(HelloInput.violation(stream: one.stream) == nil, "\(one.testDescription)")
        }
    }
}
