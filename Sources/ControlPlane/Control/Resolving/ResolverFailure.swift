// Why a name was not resolved: a kind to count by, and words for people.

internal import CAres

/// A query that found nothing.
struct ResolverFailure: Error, Equatable {
    /// Kinds of failures, by their words in metrics.
    enum Kind: String, CaseIterable, Sendable {
        /// The name does not exist (NXDOMAIN).
        case noName = "no_name"
        /// The name exists and has no such records.
        case noData = "no_data"
        /// A server could not find it out (SERVFAIL).
        case serverFailure = "server_failure"
        /// A server does not want to answer (REFUSED).
        case refused
        /// No server could be reached, or none of several gave a good answer.
        case unreachable
        /// No server answered in time.
        case timeout
        /// An answer made no sense.
        case malformed
        /// The name can belong to nobody.
        case badName = "bad_name"
        /// This machine was short of something.
        case local
    }

    let kind: Kind
    /// What happened, as part of a sentence.
    let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// The failure that a status of c-ares stands for.
    init(status: Int32) {
        switch status {
        case ARES_ENOTFOUND: self.init(.noName, "the name does not exist")
        case ARES_ENODATA: self.init(.noData, "the name has no such records")
        case ARES_ESERVFAIL: self.init(.serverFailure, "the name server failed (SERVFAIL)")
        case ARES_EREFUSED: self.init(.refused, "the name server refused to answer (REFUSED)")
        case ARES_ENOTIMP: self.init(.refused, "the name server does not do such queries (NOTIMP)")
        case ARES_EFORMERR: self.init(.refused, "the name server did not like the query (FORMERR)")
        // With several servers c-ares goes from one to the next, and does not tell what each said.
        case ARES_ECONNREFUSED: self.init(.unreachable, "no name server gave an answer")
        case ARES_ETIMEOUT: self.init(.timeout, "no name server answered in time")
        case ARES_EBADRESP: self.init(.malformed, "the answer is malformed")
        case ARES_EBADNAME, ARES_EBADSTR: self.init(.badName, "the name is not a host name")
        default: self.init(.local, unsafe String(cString: ares_strerror(status)))
        }
    }
}
