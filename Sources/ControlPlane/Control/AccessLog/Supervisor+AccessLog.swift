// Access logs of the process: rings for the workers when the first log is asked for, and looking at
// them often enough.

internal import Config
internal import Linux
internal import Logging
internal import Telemetry

extension Supervisor {
    /// Opens what a configuration logs to. Returns what is wrong when that cannot be done; then all
    /// stays as it was.
    func openAccessLogs(_ next: Reloading) -> String? {
        var destinations: [UInt32: AccessDestination?] = [:]
        for listener in next.configuration.listeners {
            let record = registry.listener(listener.name)
            next.listeners.append(record)
            destinations[record.number] = .some(
                listener.http.accessLog.map(AccessDestination.init))
        }
        do { try accessLog.configure(destinations) } catch {
            return "cannot open an access log: \(error)"
        }
        guard unsafe accessRings == nil, destinations.values.contains(where: { $0 != nil }) else {
            return nil
        }
        let rings = UnsafeMutablePointer<AccessRing>.allocate(capacity: workers.count)
        for index in 0..<workers.count {
            unsafe (rings + index).initialize(
                to: AccessRing(capacity: ControlLimits.accessRingBytes))
        }
        unsafe accessRings = unsafe UnsafePointer(rings)
        loop.every(ControlLimits.accessLookMs) { [unowned self] in drainAccessLogs() }
        return nil
    }

    /// Writes what workers have told of exchanges.
    func drainAccessLogs() {
        guard let rings = unsafe accessRings else { return }
        let all = (0..<workers.count).map { unsafe rings[$0] }
        let isMore = accessLog.drain(all)
        for notice in accessLog.notices(all) { tell(notice) }
        if isMore, !willDrainAccess {
            willDrainAccess = true
            loop.after(0) { [unowned self] in
                willDrainAccess = false
                drainAccessLogs()
            }
        }
    }

    private func tell(_ notice: AccessNotice) {
        let place =
            switch notice.place {
            case .file(let path): path ?? "standard error"
            case .workers: "workers"
            }
        switch notice.loss {
        case .began(let lost):
            log.warning(
                "access log is losing lines",
                metadata: ["of": "\(place)", "lost": "\(lost)", "subject": "\(place)"])
        case .ended(let lost):
            log.info(
                "access log has lost lines",
                metadata: ["of": "\(place)", "lost": "\(lost)", "subject": "\(place)"])
        }
    }

    /// Opens all access logs anew, after their files were moved away.
    func reopenAccessLogs() {
        for (path, error) in accessLog.reopen() {
            log.error(
                "cannot reopen an access log",
                metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }

    /// Names of what records have numbers of.
    func accessName(_ number: UInt32) -> String? { registry.named(number)?.name }
}
