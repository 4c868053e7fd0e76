// What is told of a configuration that came into force or did not: in log, report and counters.

internal import Config
internal import Linux
internal import Logging

extension Supervisor {
    /// Says that a configuration is in force.
    func noteApplied(_ reloading: Reloading) {
        if reloading.cause == .certificates { return noteRenewed(reloading) }
        if reloading.cause == .membership {
            let changes = reloading.report.changes
            var lines = Array(changes.prefix(ControlLimits.membershipLinesMax))
            if changes.count > lines.count { lines.append("\(changes.count - lines.count) more") }
            for line in lines {
                log.info(
                    "membership changed", metadata: ["what": "\(line)", "subject": "\(line)"])
            }
            return
        }
        lastReloadError = nil
        lastReloadAtNanoseconds = Clock.realtimeNanoseconds
        for warning in reloading.report.warnings {
            log.warning(
                "configuration", metadata: ["warning": "\(warning)", "subject": "\(warning)"])
        }
        for key in reloading.report.pending {
            log.warning("waits for a restart", metadata: ["key": "\(key)", "subject": "\(key)"])
        }
        for name in reloading.configuration.backendNames.sorted() {
            let answer = resolver.answers[name]
            guard answer?.addresses.isEmpty ?? true else { continue }
            log.warning(
                "backend name is not resolved, will be retried",
                metadata: [
                    "name": "\(name)", "error": "\(answer?.failure ?? "no answer yet")",
                    "subject": "\(name)",
                ])
        }
        guard phase == .running else { return }
        do { try output.configure(reloading.configuration.log) } catch {
            let path = reloading.configuration.log.file ?? ""
            log.error("cannot open the log", metadata: ["path": "\(path)", "error": "\(error)"])
            reloading.report.warnings.append(
                "log: cannot open \(path): \(error); it goes on where it was")
        }
        reloadCounts.applied += 1
        noteRenewed(reloading)
        log.info(
            "configuration applied",
            metadata: [
                "generation": "\(generation)", "changes": "\(reloading.report.changes.count)",
                "milliseconds": "\(reloading.report.milliseconds)",
            ])
        for change in reloading.report.changes {
            log.debug("changed", metadata: ["what": "\(change)", "subject": "\(change)"])
        }
        notifier.ready("serving")
    }

    /// Says that one is not, and why.
    func noteRefused(_ report: ReloadReport) {
        reloadCounts.refused += 1
        lastReloadError = report.errors.joined(separator: "\n")
        for error in report.errors {
            log.error(
                phase == .starting ? "cannot start" : "configuration refused, the old one stays",
                metadata: ["error": "\(error)"])
        }
        if phase == .running { notifier.ready("serving; the last reload was refused") }
    }

    /// The report of a reload that changed nothing.
    func refusal(
        _ cause: ReloadReport.Cause, _ errors: [String], warnings: [String] = [],
        since startedAt: UInt64
    ) -> ReloadReport {
        ReloadReport(
            result: "refused", cause: cause, changes: [], pending: [], errors: errors,
            warnings: warnings, milliseconds: loop.now - startedAt)
    }
}
