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
        case "/metrics", "/status", "/live", "/ready":
            reply(notAllowed(request, "GET, HEAD"))
        case "/reload":
            reply(notAllowed(request, "POST"))
        default:
            reply(
                .text(
                    404,
                    "there is no \(request.path); there are GET /metrics, /status, /live, /ready "
                        + "and POST /reload"))
        }
    }

    private func notAllowed(_ request: AdminRequest, _ methods: String) -> AdminResponse {
        var response = AdminResponse.text(
            405, "\(request.path) does not know \(request.method), but \(methods)")
        response.allow = methods
        return response
    }

    private static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a report could not be encoded")
        }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
