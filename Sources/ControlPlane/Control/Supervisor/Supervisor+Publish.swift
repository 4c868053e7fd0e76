// From a snapshot that is built to one that every worker accepts by, and the end of what the one
// before it had.

internal import Config
internal import Proxy
internal import Synchronization

extension Supervisor {
    /// Has the workers take a snapshot over. From here on there is no way back.
    func publish(_ next: SnapshotStorage, _ reloading: Reloading) {
        let previous = current
        current = next
        reloading.stage = .adopting
        updateProbes()
        assessUpstreams()
        // Workers look at their idle clients as soon as they have the snapshot.
        if let previous { endRemoved(previous, next) }
        for entry in next.listeners { entry.bound.forEach { $0.handOver() } }
        for worker in workers {
            unsafe worker.handle.pointee.send(.adopt(next.snapshot))
        }
        if let previous { retired.append(previous) }
        reloading.timer = loop.after(ControlLimits.adoptWaitMs) { [unowned self] in
            reloading.report.warnings.append("workers are slow to take the configuration over")
            finishReload(reloading)
        }
        checkAdopted()
    }

    /// Goes on when every worker accepts by the newest snapshot.
    func checkAdopted() {
        guard let reloading, reloading.stage == .adopting else { return }
        let isAdopted = workers.allSatisfy {
            unsafe $0.handle.pointee.generation.load(ordering: .acquiring) == generation
        }
        if isAdopted { finishReload(reloading) }
    }

    private func finishReload(_ reloading: Reloading) {
        loop.cancel(reloading.timer)
        reloading.report.result = "applied"
        removeUnboundFiles()
        // Most are unused at once: reloads in quick succession would pile their tables up
        // otherwise.
        freeRetired()
        complete(reloading)
    }

    /// What the old snapshot has and the new one has not: sessions there have a time to end.
    private func endRemoved(_ old: SnapshotStorage, _ new: SnapshotStorage) {
        let kept = Set(new.upstreams.flatMap { $0.backends.map(\.number) })
        for upstream in old.upstreams {
            let ends = loop.now + upstream.configuration.drainTimeout.milliseconds
            for backend in upstream.backends where !kept.contains(backend.number) {
                unsafe backend.state.pointee.endsAtMs.store(ends, ordering: .relaxed)
                removed[backend.number] = UpstreamRecord.Weak(record: backend)
            }
        }
        removed = removed.filter { !kept.contains($0.key) }
        let listeners = Set(new.listeners.map(\.record.number))
        for entry in old.listeners where !listeners.contains(entry.record.number) {
            // Where its sessions went is not known here: they have the longest time of all.
            let times = entry.configuration.upstreams.compactMap {
                old.configuration.upstream(named: $0)?.drainTimeout.milliseconds
            }
            let ends = loop.now + (times.max() ?? 0)
            unsafe entry.record.state.pointee.endsAtMs.store(ends, ordering: .relaxed)
        }
        let bound = Set(new.listeners.flatMap { $0.bound.map(\.number) })
        unboundFiles += old.listeners.flatMap(\.bound).filter { !bound.contains($0.number) }
    }

    /// Removes the files of Unix sockets that workers have closed by now. The others wait, unless
    /// their address is bound anew.
    func removeUnboundFiles() {
        guard !unboundFiles.isEmpty else { return }
        let bound = Set((current?.listeners ?? []).flatMap { $0.bound.compactMap(\.path) })
        unboundFiles.removeAll { file in
            file.path.map { bound.contains($0) } ?? true || file.removeFile()
        }
    }
}
