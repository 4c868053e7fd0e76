// What tells one state of a file from the next without reading it.

internal import Glibc

/// A file's place and times (stat(2)); all zero when there is none.
struct FileIdentity: Equatable {
    private var device: dev_t = 0
    private var number: ino_t = 0
    private var size = 0
    private var modifiedAt: [Int] = []
    private var changedAt: [Int] = []

    /// No file.
    init() {}

    /// What the path leads to now.
    init(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        device = status.st_dev
        number = status.st_ino
        size = Int(status.st_size)
        modifiedAt = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        changedAt = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
}
