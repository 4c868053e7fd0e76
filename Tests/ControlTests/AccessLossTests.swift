// What is told of lost lines: once when it begins, once when it is over.

import Testing

@testable import Control

@Suite("Lost access lines")
struct AccessLossTests {
    @Test("nothing is told while nothing is lost")
    func none() {
        var loss = AccessLoss()
        for _ in 0..<3 {
            #expect(loss.judge(lost: 0, isFlowing: true) == nil)
            #expect(loss.judge(lost: 0, isFlowing: false) == nil)
        }
    }

    @Test("an episode is told at its beginning and at its end, each time anew")
    func episodes() {
        var loss = AccessLoss()
        #expect(loss.judge(lost: 5, isFlowing: false) == .began(5))
        #expect(loss.judge(lost: 900, isFlowing: false) == nil)
        #expect(loss.judge(lost: 1000, isFlowing: true) == nil, "some got through, some did not")
        #expect(loss.judge(lost: 1000, isFlowing: false) == nil, "nobody knows yet")
        #expect(loss.judge(lost: 1000, isFlowing: true) == .ended(1000))
        #expect(loss.judge(lost: 1000, isFlowing: true) == nil)
        #expect(loss.judge(lost: 1001, isFlowing: true) == .began(1))
        #expect(loss.judge(lost: 1001, isFlowing: true) == .ended(1))
    }
}
