// One request of an operator: which backends are meant, what changes, what is logged and answered.

internal import Config
internal import FoundationEssentials
internal import Linux
internal import Logging
internal import Proxy
internal import Synchronization

extension Supervisor {
    /// A backend that a request can mean.
    private struct Subject {
        var key: BackendKey
        /// Nil for one that is not configured and has no sessions any more.
        var record: BackendRecord?
        /// The address and the weight in the file; nil for one that is not configured.
        var file: (address: String, weight: Int)?
    }

    /// Does what a request asks for. `reply` hears when it is in force.
    func operate(
        _ action: OperatorAction, _ request: AdminRequest,
        _ reply: @escaping (AdminResponse) -> Void
    ) {
        let order: OperatorRequest
        do { order = try OperatorRequest.parse(request.body, for: action) } catch {
            return reply(.text(400, error.message))
        }
        let known = subjects(for: action)
        let advice = TargetAdvice(
            known: known.map { TargetAdvice.Known(key: $0.key, address: $0.file?.address) })
        // Alone it is short for all that was said; for other actions that is too much for a slip.
        let isAll = action == .clear && order.target == "*"
        guard let pattern = isAll ? .all : TargetPattern(order.target) else {
            return reply(.text(400, advice.notTarget(order.target)))
        }
        let meant = known.filter { pattern.matches($0.key) }
        guard !meant.isEmpty || isAll else { return reply(.text(404, advice.noMatch(pattern))) }
        let added = meant.count { overrides.entries[$0.key] == nil }
        guard !action.mayEnd || overrides.entries.count + added <= ControlLimits.overridesMax
        else {
            return reply(
                .text(422, "there are overrides of too many backends; clear some first"))
        }
        carryOut(action, order, meant, by: Operator(request.peer), reply)
    }

    private func carryOut(
        _ action: OperatorAction, _ order: OperatorRequest, _ meant: [Subject], by author: Operator,
        _ reply: @escaping (AdminResponse) -> Void
    ) {
        let said = override(action, order, by: author)
        var outcome = OverrideOutcome(
            action: action.rawValue, until: said?.untilText, backends: [], warnings: [])
        for subject in meant {
            let before = overrides.entry(subject.key)
            if action == .clear, before.all.isEmpty { continue }
            var backend = report(subject)
            apply(action, said, to: subject)
            backend.state = overrides.state(of: subject.key).word
            backend.weight = weight(of: subject)
            let left = overrides.entry(subject.key).all.count
            backend.cleared = max(0, before.all.count - left)
            outcome.backends.append(backend)
            write(action, order, outcome.until, author, backend)
        }
        guard action != .kill else { return reply(.json(200, Self.encode(outcome))) }
        outcome.warnings = warnings(Set(meant.map(\.key.upstream)))
        overridesChanged { reply(.json(200, Self.encode(outcome))) }
    }

    /// What an action says of each backend, nil when it says nothing that stays. The time is read
    /// once for all of them.
    private func override(
        _ action: OperatorAction, _ order: OperatorRequest, by author: Operator
    ) -> Override? {
        guard let kind = action.state.map(Override.Kind.state) ?? order.weight.map({ .weight($0) })
        else { return nil }
        let now = loop.now
        return Override(
            kind: kind, since: now, saidAtNanoseconds: Clock.realtimeNanoseconds,
            until: order.durationMs.map { now + $0 }, reason: order.reason, author: author)
    }

    private func apply(_ action: OperatorAction, _ said: Override?, to subject: Subject) {
        switch action {
        case .drain, .disable, .ready, .weight:
            if let said { overrides.set(said, for: subject.key) }
        case .clear: overrides.clear(subject.key)
        case .kill:
            guard let record = subject.record else { return }
            for worker in workers {
                unsafe worker.handle.pointee.send(.kill(backend: record.number))
            }
        }
    }

    // What can be meant ---------------------------------------------------------------------

    /// The backends that an action can be about, sorted. New words are for what is configured; old
    /// ones can be taken back, and sessions ended, of what has left the configuration too.
    private func subjects(for action: OperatorAction) -> [Subject] {
        var found: [BackendKey: Subject] = [:]
        for upstream in current?.upstreams ?? [] {
            for (record, backend) in zip(upstream.backends, upstream.configuration.backends) {
                found[record.key] = Subject(
                    key: record.key, record: record, file: ("\(backend.address)", backend.weight))
            }
        }
        if action == .clear || action == .ready {
            for key in overrides.entries.keys where found[key] == nil {
                found[key] = Subject(key: key)
            }
        }
        if action == .kill {
            for record in retired.flatMap(\.upstreams).flatMap(\.backends)
            where found[record.key] == nil {
                found[record.key] = Subject(key: record.key, record: record)
            }
        }
        return found.values.sorted { $0.key < $1.key }
    }

    private func weight(of subject: Subject) -> Int? {
        overrides.weight(of: subject.key) ?? subject.file?.weight
    }

    // What is told --------------------------------------------------------------------------

    /// A backend before the action.
    private func report(_ subject: Subject) -> OverrideOutcome.Backend {
        let state = overrides.state(of: subject.key).word
        let weight = weight(of: subject)
        let sessions = unsafe subject.record?.state.pointee.active.load(ordering: .relaxed) ?? 0
        return OverrideOutcome.Backend(
            upstream: subject.key.upstream, backend: subject.key.backend, stateBefore: state,
            state: state, weightBefore: weight, weight: weight, fileWeight: subject.file?.weight,
            cleared: 0, sessions: max(0, sessions))
    }

    /// Upstreams of which no backend is left to choose.
    private func warnings(_ upstreams: Set<String>) -> [String] {
        (current?.upstreams ?? []).filter { upstreams.contains($0.configuration.name) }
            .filter { upstream in
                zip(upstream.backends, upstream.configuration.backends).allSatisfy {
                    record, backend in
                    overrides.state(of: record.key) != .ready
                        || (overrides.weight(of: record.key) ?? backend.weight) == 0
                }
            }
            .map { "upstream \($0.configuration.name) has no backend left for new sessions" }
            .sorted()
    }

    private func write(
        _ action: OperatorAction, _ order: OperatorRequest, _ until: String?, _ author: Operator,
        _ backend: OverrideOutcome.Backend
    ) {
        let key = BackendKey(upstream: backend.upstream, backend: backend.backend)
        // Each action on each backend is a thing of its own to whoever keeps the log readable.
        var metadata: Logger.Metadata = [
            "subject": "\(key) \(action.rawValue)", "action": "\(action.rawValue)",
            "upstream": "\(key.upstream)", "backend": "\(key.backend)",
            "operator": "\(author.name)",
        ]
        if let pid = author.pid { metadata["pid"] = "\(pid)" }
        if let weight = order.weight { metadata["weight"] = "\(weight)" }
        if let until { metadata["until"] = "\(until)" }
        if let reason = order.reason { metadata["reason"] = "\(reason)" }
        if action != .weight { metadata["sessions"] = "\(backend.sessions)" }
        log.info("operator changed a backend", metadata: metadata)
    }
}
