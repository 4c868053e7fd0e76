// What the admin socket answers.

internal import FoundationEssentials

extension Supervisor {
    /// Answers one request, now or when what it asks for is done.
    func answer(_ request: AdminRequest, _ reply: @escaping (AdminResponse) -> Void) {
        let isRead = request.method == "GET" || request.method == "HEAD"
        switch request.path {
        case "/metrics" where isRead:
            reply(
                AdminResponse(
                    status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: Array(metricsText().utf8)))
        case "/status" where isRead: reply(.json(200, Self.encode(statusReport())))
        case "/live" where isRead: reply(.text(200, "alive"))
        case "/ready" where isRead:
            reply(phase == .running ? .text(200, "ready") : .text(503, phase.rawValue))
        case "/reload" where request.method == "POST":
            reload { report in
                reply(.json(report.isApplied ? 200 : 422, Self.encode(report)))
            }
        case "/overrides" where isRead: reply(.json(200, Self.encode(overrideReports())))
        default: answerOperator(request, reply)
        }
    }

    /// Answers what is not a plain question: an operator's action, or something that is not there.
    private func answerOperator(
        _ request: AdminRequest, _ reply: @escaping (AdminResponse) -> Void
    ) {
        let action = OperatorAction(rawValue: String(request.path.dropFirst()))
        if let action, request.method == "POST" { return operate(action, request, reply) }
        switch request.path {
        case "/ready": reply(notAllowed(request, "GET, HEAD, POST"))
        case "/metrics", "/status", "/live", "/overrides":
            reply(notAllowed(request, "GET, HEAD"))
        case "/reload": reply(notAllowed(request, "POST"))
        case _ where action != nil: reply(notAllowed(request, "POST"))
        default:
            let actions = OperatorAction.allCases.map { "/\($0.rawValue)" }
            reply(
                .text(
                    404,
                    "there is no \(request.path); there are GET /metrics, /status, /overrides, "
                        + "/live, /ready and POST /reload, "
                        + actions.dropLast().joined(separator: ", ") + " and \(actions.last ?? "")")
            )
        }
    }

    private func notAllowed(_ request: AdminRequest, _ methods: String) -> AdminResponse {
        var response = AdminResponse.text(
            405, "\(request.path) does not know \(request.method), but \(methods)")
        response.allow = methods
        return response
    }

    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a report could not be encoded")
        }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
