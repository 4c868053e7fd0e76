// The control thread's loop: what is due runs in order, and what was taken back never runs.

import Linux
import Support
import Testing

@testable import Control

@Suite("The control loop")
struct ControlLoopTests {
    private final class Trace {
        var words: [String] = []
    }

    @Test("timers run by their deadlines, those of one moment as they were set")
    func order() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        loop.after(20) { [unowned loop] in
            trace.words.append("last")
            loop.stop()
        }
        for index in 0..<20 { loop.after(0) { trace.words.append("\(index)") } }
        loop.after(5) { trace.words.append("later") }
        loop.run()
        #expect(trace.words == (0..<20).map { "\($0)" } + ["later", "last"])
    }

    @Test("a cancelled timer never runs, even when its time had come")
    func cancel() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        var second: ControlLoop.Identifier?
        loop.after(0) { [unowned loop] in
            trace.words.append("first")
            loop.cancel(second)
        }
        second = loop.after(0) { trace.words.append("second") }
        let third = loop.after(1) { trace.words.append("third") }
        loop.cancel(third)
        loop.cancel(third)
        loop.cancel(nil)
        loop.after(5) { [unowned loop] in loop.stop() }
        loop.run()
        #expect(trace.words == ["first"])
    }

    @Test("a repeated action goes on until the loop ends")
    func every() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        loop.every(1) { [unowned loop] in
            trace.words.append("again")
            if trace.words.count == 3 { loop.stop() }
        }
        loop.run()
        #expect(trace.words.count == 3)
    }

    @Test("an action may take away its own watcher and another's whose event is due")
    func unwatch() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        let first = try EventFD()
        let second = try EventFD()
        let numbers = [first.rawValue, second.rawValue]
        var watches: [ControlLoop.Identifier] = []
        for number in numbers {
            watches.append(
                try loop.watch(number, .readable) { [unowned loop] _ in
                    trace.words.append("event")
                    for (watch, number) in zip(watches, numbers) { loop.unwatch(watch, number) }
                    loop.after(1) { loop.stop() }
                })
        }
        first.signal()
        second.signal()
        loop.run()
        #expect(trace.words == ["event"])
        // The descriptor is free to be watched anew.
        let again = try loop.watch(first.rawValue, .readable) { _ in }
        loop.unwatch(again, first.rawValue)
        loop.unwatch(again, first.rawValue)
    }

    @Test("what a descriptor is watched for can be changed")
    func change() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        let event = try EventFD()
        let watch = try loop.watch(event.rawValue, []) { [unowned loop] readiness in
            #expect(readiness == .readable)
            trace.words.append("event")
            loop.stop()
        }
        event.signal()
        let number = event.rawValue
        loop.after(2) { [unowned loop] in
            trace.words.append("timer")
            loop.change(watch, number, .readable)
        }
        loop.run()
        #expect(trace.words == ["timer", "event"])
    }

    @Test("nothing runs after the action that stopped the loop")
    func stop() throws {
        let loop = try ControlLoop()
        let trace = Trace()
        let first = try EventFD()
        let second = try EventFD()
        for number in [first.rawValue, second.rawValue] {
            _ = try loop.watch(number, .readable) { [unowned loop] _ in
                trace.words.append("event")
                loop.stop()
            }
        }
        loop.after(0) { trace.words.append("timer") }
        first.signal()
        second.signal()
        loop.run()
        #expect(trace.words == ["event"])
    }
}
