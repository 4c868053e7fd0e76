// A configuration on its way into force. What is done with it is in `Supervisor+Reload.swift`;
// nothing here acts.

internal import Config

/// A configuration on its way into force.
final class Reloading {
    /// Why it is on its way.
    enum Cause {
        /// The file is read, at the start or because somebody asked for it.
        case reload
        /// What the same configuration is made of beside the file has changed, such as the
        /// addresses of a name. Counts and errors of reloads stay as they are.
        case membership
        /// Files of its TLS have changed.
        case certificates
    }

    /// How far it has come.
    enum Stage {
        /// It waits for names, at most until the timer. All is as it was before.
        case resolving
        /// Its snapshot is published and workers are about to take it, at most until the timer.
        case adopting
        /// It was applied or refused.
        case over
    }

    let configuration: Configuration
    let cause: Cause
    /// When it was asked for, in ms.
    let startedAt: UInt64
    var report = ReloadReport(
        result: "refused", changes: [], pending: [], errors: [], warnings: [], milliseconds: 0)
    /// Hears what became of it.
    let completion: (ReloadReport) -> Void
    /// Where the configuration names files.
    var places = Places()
    /// What its TLS is made of; nil until that is loaded.
    var tls: TLSPreparation?
    /// What it changes of certificates, one line each.
    var certificateChanges: [String] = []
    /// The records of its listeners, which live for as long as somebody has them.
    var listeners: [ListenerRecord] = []
    /// Others asked meanwhile: the file is read again when this one is done.
    var followers: [(ReloadReport) -> Void] = []
    var stage = Stage.resolving
    /// Ends the stage, whatever has happened by then.
    var timer: ControlLoop.Identifier?

    init(
        _ configuration: Configuration, _ cause: Cause, since startedAt: UInt64,
        _ completion: @escaping (ReloadReport) -> Void
    ) {
        self.configuration = configuration
        self.cause = cause
        self.startedAt = startedAt
        self.completion = completion
    }
}
