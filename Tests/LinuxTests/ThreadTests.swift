// Threads: what a thread asks of the kernel holds for itself alone.

import Foundation
import Linux
import Testing

@Suite("Threads")
struct ThreadTests {
    @Test("A thread that stops interrupting others leaves the policy of others alone")
    func policyIsTheThreadsOwn() throws {
        let found = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        defer { found.deallocate() }
        found.pointee = -1
        let before = try #require(Self.policy())
        let thread = try Linux.Thread(context: found) { context in
            guard Linux.Thread.stopInterrupting() else { return nil }
            context?.assumingMemoryBound(to: Int.self).pointee = ThreadTests.policy() ?? -1
            return nil
        }
        thread.join()
        #expect(found.pointee == Self.batch)
        #expect(Self.policy() == before)
    }

    /// SCHED_BATCH of sched.h.
    private static var batch: Int { 3 }

    /// The calling thread's scheduling policy: field 41 of `proc_pid_stat(5)`, counted behind the
    /// name, which may hold blanks.
    private static func policy() -> Int? {
        guard let line = try? String(contentsOfFile: "/proc/thread-self/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        return fields.count > 38 ? Int(fields[38]) : nil
    }
}
