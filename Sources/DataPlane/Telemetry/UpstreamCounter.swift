// What is counted of an upstream.

/// The counters of an upstream.
public enum UpstreamCounter: Int, CaseIterable, Sendable {
    /// Sessions that waited for a backend with room.
    case queued
    /// Sum of the time that sessions waited before they got one, in milliseconds.
    case queueMilliseconds
    /// Sessions that got one after waiting.
    case unqueued
    /// Sessions that found the queue full.
    case queueFull
    /// Sessions that found all fit backends full, where none may wait.
    case full
    /// Attempts at another backend after one had failed.
    case retried
    /// Attempts that the retry budget did not allow.
    case retriesDenied
    /// Sessions that went to a backend known to be unfit, since none was fit.
    case failedOpen
    /// Backends that would have been ejected, had not too many been out already.
    case ejectionsSpared
    /// Responses of the backend that the request's cookie names.
    case affinityKept
    /// Responses to requests whose cookie names no backend that there is.
    case affinityUnknown
    /// Responses of another backend than the one that the request's cookie names.
    case affinityMoved
}
