// Changes in directories as events on the control thread. What changed is told by a name; what it
// is now is for the caller to look at.

internal import CLinux
internal import Glibc

/// Directories that are watched for names that come, go or were written (inotify(7)).
public struct INotify: ~Copyable {
    /// Something that happened in a directory, or to it.
    public struct Event: Sendable {
        /// What `add` returned for the directory; -1 when events were lost.
        public let watch: Int32
        /// The name in the directory, empty when the directory itself is meant.
        public let name: String
        /// Events were lost: anything may have changed anywhere.
        public let isOverflow: Bool
        /// The directory itself was moved, removed or unmounted.
        public let isOfDirectory: Bool
    }

    private let descriptor: FileDescriptor

    /// Makes an instance that watches nothing yet. The corresponding call is `inotify_init1(2)`.
    public init() throws(SystemError) {
        let opened = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard opened >= 0 else { throw SystemError("inotify_init1", errno) }
        descriptor = FileDescriptor(owning: opened)
    }

    /// The number to watch for readability.
    public var rawValue: Int32 { descriptor.rawValue }

    /// Watches a directory, by whatever path. Its number is the same as long as it is watched. The
    /// corresponding call is `inotify_add_watch(2)`.
    public borrowing func add(_ directory: String) -> IOResult {
        // A file that is written is told of when its writer closes it, not while it is half written.
        let changes =
            IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB
            | IN_DELETE_SELF | IN_MOVE_SELF
        let mask = UInt32(bitPattern: Int32(changes)) | UInt32(IN_ONLYDIR)
        let watch = unsafe inotify_add_watch(rawValue, directory, mask)
        return IOResult(watch < 0 ? -Int(errno) : Int(watch))
    }

    /// Stops watching a directory. One that is gone is not watched any more by itself.
    public borrowing func remove(_ watch: Int32) { inotify_rm_watch(rawValue, watch) }

    /// What happened since it was last asked; empty when nothing did.
    public borrowing func read() -> [Event] {
        var events: [Event] = []
        var space = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe space.withUnsafeMutableBytes {
                unsafe cl_read(rawValue, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return events }
            unsafe space.withUnsafeBytes { unsafe Self.parse($0[..<Int(count)], &events) }
        }
    }

    private static func parse(_ bytes: Slice<UnsafeRawBufferPointer>, _ events: inout [Event]) {
        var rest = unsafe bytes
        let headBytes = MemoryLayout<inotify_event>.size
        while unsafe rest.count >= headBytes {
            let head = unsafe UnsafeRawBufferPointer(rebasing: rest)
                .loadUnaligned(as: inotify_event.self)
            let size = unsafe min(rest.count, headBytes + Int(head.len))
            let name = unsafe rest.dropFirst(headBytes).prefix(Int(head.len)).prefix { $0 != 0 }
            let ofDirectory = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT
            events.append(
                Event(
                    watch: head.wd, name: unsafe String(decoding: name, as: UTF8.self),
                    isOverflow: head.mask & UInt32(IN_Q_OVERFLOW) != 0,
                    isOfDirectory: head.mask & UInt32(ofDirectory) != 0))
            unsafe rest = rest.dropFirst(size)
        }
    }
}
