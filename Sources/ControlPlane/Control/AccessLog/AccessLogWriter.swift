// From the workers' rings to files: takes entries in batches, so that neither a busy worker nor a
// slow file holds the control thread for long. Lines that are lost on the way are counted.

internal import Linux
internal import Telemetry

/// The access logs of the process. Only the control thread uses it.
final class AccessLogWriter {
    /// Entries taken in one go, of all rings together: a few milliseconds.
    static let batchMax = 1024

    /// By the number of the listener. One that is in force without a log has none.
    private var destinations: [UInt32: Destination] = [:]
    private var outputs: [AccessOutput] = []
    private var lostOfClosed: UInt64 = 0
    private var workerLoss = AccessLoss()
    private let names: AccessNames

    /// Where lines of a listener go, and how they look.
    private struct Destination {
        let output: AccessOutput
        let format: AccessLineFormat
        /// What the format finds in the places for extras.
        let extrasMark: UInt64
    }

    /// Logs nothing yet.
    init(names: @escaping AccessNames) { self.names = names }

    /// Takes over what the configuration says: all of it, or nothing when a file cannot be opened.
    ///
    /// `listeners` has all listeners in force by number, nil for those without a log. Listeners
    /// that are not in it and still have a name finish as they were. Files that were open stay so.
    func configure(_ listeners: [UInt32: AccessDestination?]) throws(SystemError) {
        var opened = outputs
        var next = destinations.filter { number, _ in
            listeners[number] == nil && names(.listener, number) != nil
        }
        for (number, destination) in listeners {
            guard let destination else { continue }
            let known = opened.first { $0.path == destination.file }
            let output: AccessOutput
            if let known {
                output = known
            } else {
                output = try AccessOutput(path: destination.file)
                opened.append(output)
            }
            next[number] = Destination(
                output: output, format: destination.format, extrasMark: destination.extras.mark)
        }
        for output in outputs { output.flush() }
        let used = next.values.map { ObjectIdentifier($0.output) }
        for output in outputs where !used.contains(ObjectIdentifier(output)) {
            lostOfClosed += output.lostLines
        }
        outputs = opened.filter { used.contains(ObjectIdentifier($0)) }
        destinations = next
    }

    /// Writes what waits in the rings, up to `batchMax` entries. True when there is more, which is
    /// to be asked for soon.
    func drain(_ rings: [AccessRing]) -> Bool {
        var room = Self.batchMax
        for (index, ring) in rings.enumerated() {
            // What a ring does not need of its share is for those after it.
            var share = room / (rings.count - index)
            room -= share
            while share > 0, let entry = ring.next() {
                write(entry)
                ring.consume()
                share -= 1
            }
            room += share
        }
        for output in outputs { output.flush() }
        return rings.contains { $0.next() != nil }
    }

    /// True while lines wait for a file: `flush` is to be called before long.
    var isWaiting: Bool { outputs.contains(where: \.isWaiting) }

    /// Writes what files take now.
    func flush() { for output in outputs { output.flush() } }

    /// Opens all files anew, after they were moved away. Those that cannot be opened stay as they
    /// are.
    func reopen() -> [(path: String, error: SystemError)] {
        outputs.compactMap { output in
            do throws(SystemError) {
                try output.reopen()
                return nil
            } catch { return (output.path ?? "", error) }
        }
    }

    /// Lines that files did not take in time.
    var lostLines: UInt64 { outputs.reduce(lostOfClosed) { $0 + $1.lostLines } }

    /// What is to be told of lost lines since it was last asked: once when it begins, and once
    /// when it is over.
    func notices(_ rings: [AccessRing]) -> [AccessNotice] {
        let lost = rings.reduce(UInt64(0)) { $0 + $1.droppedCount }
        let workers = workerLoss.judge(lost: lost, isFlowing: rings.allSatisfy { $0.next() == nil })
            .map { AccessNotice(place: .workers, loss: $0) }
        return outputs.compactMap { $0.notice() } + (workers.map { [$0] } ?? [])
    }

    private func write(_ entry: AccessEntry) {
        // The log may have been turned off since the worker wrote it.
        let listener = unsafe entry.record.pointee.listener
        guard let destination = destinations[listener] else { return }
        // Of an exchange that began before the format changed there is only what every record has.
        if unsafe entry.record.pointee.extrasMark != destination.extrasMark { entry.removeExtras() }
        destination.output.write(entry, destination.format, names)
    }
}
