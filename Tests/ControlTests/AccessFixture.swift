// Access entries of tests, in memory of their own.

import Telemetry

@testable import Control

/// An entry that lives as long as this does.
final class AccessFixture {
    private let memory = UnsafeMutableRawPointer.allocate(
        byteCount: AccessEntry.bytesMax, alignment: 8)
    let entry: AccessEntry

    /// An exchange that went as most do, with these texts.
    init(
        _ texts: [AccessText: [UInt8]] = AccessFixture.usual,
        _ change: (inout AccessRecord) -> Void = { _ in }
    ) {
        var record = AccessRecord()
        // 2026-01-31T12:00:00.042Z
        record.startNanoseconds = 1_769_860_800_042_000_000
        record.exchange = 7
        record.bytesReceived = 120
        record.bytesSent = 900
        record.bodyBytesSent = 612
        record.client = NetworkAddress(ipv4: 0xC000_0201, port: 40_000)
        record.status = 200
        record.attemptCount = 1
        record.listener = 1
        record.upstream = 2
        record.backend = 3
        record.totalMicroseconds = 12_345
        record.connectMicroseconds = 78
        record.flags = [.reusedDownstream]
        change(&record)
        entry = AccessEntry.begin(record, in: memory)
        for (text, bytes) in texts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            entry.append(text, bytes, count: bytes.count, capacity: AccessEntry.bytesMax)
        }
    }

    deinit { memory.deallocate() }

    static let usual: [AccessText: [UInt8]] = [
        .method: Array("GET".utf8), .host: Array("example.com".utf8),
        .target: Array("/a/b?x=1".utf8), .userAgent: Array("curl/8.0".utf8),
    ]

    /// Names of the numbers that a usual entry has.
    static func names(_ subject: AccessSubject, _ number: UInt32) -> String? {
        switch (subject, number) {
        case (.listener, 1): "web"
        case (.upstream, 2): "site"
        case (.backend, 3): "10.0.0.1:80"
        default: nil
        }
    }

    /// Its line, without the newline that must end it.
    func line(_ format: AccessLineFormat) -> [UInt8]? {
        var line = AccessLine()
        line.append(entry, format, Self.names)
        let bytes = Array(line.bytes.bytes)
        guard bytes.last == UInt8(ascii: "\n"), line.count == 1 else { return nil }
        return bytes.dropLast()
    }

    /// The same as text, which lines always are.
    func text(_ format: AccessLineFormat) -> String? {
        line(format).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
