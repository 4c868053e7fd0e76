// Host names of backends to addresses, by getaddrinfo(3) on threads of its own, since that call may
// take seconds. Results come back to the control thread, which alone touches everything else here.

internal import Containers
internal import Linux

/// Resolves names and keeps what it learned.
final class Resolver {
    /// Names looked up at one time.
    static let lookupsMax = 8
    /// How long a name that could not be resolved waits to be asked for again.
    static let retryMs: UInt64 = 5000

    /// What is known of a name.
    struct Answer {
        /// IPv4 first, else in the order of getaddrinfo(3); empty while the name was never
        /// resolved.
        var addresses: [SocketAddress] = []
        /// Why the last attempt failed, or nil.
        var failure: String?
    }

    private(set) var answers: [String: Answer] = [:]
    private var queue: [String] = []
    private var running: [String: LookupThread] = [:]
    private let results = Mailbox<LookupResult>()
    private let wake: EventFD
    /// Called on the control thread after answers came.
    var onAnswers: () -> Void = {}

    init() throws(SystemError) { wake = try EventFD() }

    deinit { precondition(running.isEmpty, "a lookup still runs") }

    /// To be watched for readability, then `takeResults`.
    var wakeDescriptor: Int32 { wake.rawValue }

    /// True when every name was answered or failed at least once.
    func hasAnswered(_ names: Set<String>) -> Bool { names.allSatisfy { answers[$0] != nil } }

    /// Starts looking up names that are not being looked up.
    func request(_ names: some Sequence<String>) {
        for name in names where running[name] == nil && !queue.contains(name) { queue.append(name) }
        startLookups()
    }

    /// Takes over what threads have found.
    func takeResults() {
        wake.clear()
        var messages = results.takeAll()
        while let result = messages.next() {
            running.removeValue(forKey: result.name)?.join()
            var answer = answers[result.name] ?? Answer()
            answer.failure = result.failure
            if !result.addresses.isEmpty { answer.addresses = result.addresses }
            answers[result.name] = answer
        }
        startLookups()
        onAnswers()
    }

    /// Waits for the threads; their results are lost. For the end of the process.
    func finish() {
        queue = []
        for thread in running.values { thread.join() }
        running = [:]
        results.deallocate()
    }

    private func startLookups() {
        while running.count < Self.lookupsMax, !queue.isEmpty {
            let name = queue.removeFirst()
            do {
                running[name] = try LookupThread(name: name, results: results, wake: wakeDescriptor)
            } catch {
                answers[name, default: Answer()].failure = "\(error)"
            }
        }
    }
}
