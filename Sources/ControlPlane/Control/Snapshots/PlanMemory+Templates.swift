// Templates and changes of headers, from the configuration's words to what workers read.

internal import Config
internal import Proxy

/// What templates name that is known when a plan is built.
struct TemplateNames {
    var listener = ""
    var route = ""
    var upstream = ""
}

extension PlanMemory {
    /// A value to be filled in.
    func template(_ template: ValueTemplate, _ names: TemplateNames) -> PlanTemplate {
        let parts = template.parts.map { part in
            switch part {
            case .literal(let text): PlanTemplate.Part(.literal, self.text(text))
            case .variable(let variable): self.part(variable, names)
            }
        }
        return unsafe PlanTemplate(array(parts), count: parts.count)
    }

    private func part(_ variable: TemplateVariable, _ names: TemplateNames) -> PlanTemplate.Part {
        switch variable {
        case .requestHeader(let name): PlanTemplate.Part(.requestField, text(name))
        case .responseHeader(let name): PlanTemplate.Part(.responseField, text(name))
        case .cookie(let name): PlanTemplate.Part(.cookie, text(name))
        case .word(let word): part(word, names)
        }
    }

    private func part(
        _ word: TemplateVariable.Word, _ names: TemplateNames
    ) -> PlanTemplate.Part {
        switch word {
        case .listener: PlanTemplate.Part(.literal, text(names.listener))
        case .route: PlanTemplate.Part(.literal, text(names.route))
        case .upstream: PlanTemplate.Part(.literal, text(names.upstream))
        case .clientIP: PlanTemplate.Part(.clientAddress)
        case .clientPort: PlanTemplate.Part(.clientPort)
        case .peerIP: PlanTemplate.Part(.peerAddress)
        case .serverIP: PlanTemplate.Part(.serverAddress)
        case .serverPort: PlanTemplate.Part(.serverPort)
        case .host: PlanTemplate.Part(.host)
        case .method: PlanTemplate.Part(.method)
        case .path: PlanTemplate.Part(.path)
        case .query: PlanTemplate.Part(.query)
        case .scheme: PlanTemplate.Part(.scheme)
        case .protocol: PlanTemplate.Part(.version)
        case .requestID: PlanTemplate.Part(.requestID)
        case .backend: PlanTemplate.Part(.backend)
        case .status: PlanTemplate.Part(.status)
        case .tlsVersion: PlanTemplate.Part(.tlsVersion)
        case .tlsCipher: PlanTemplate.Part(.tlsCipher)
        case .tlsServerName: PlanTemplate.Part(.tlsServerName)
        case .tlsALPN: PlanTemplate.Part(.tlsProtocol)
        case .clientCertVerify: PlanTemplate.Part(.certificateVerdict)
        case .clientCertSubject: PlanTemplate.Part(.certificateSubject)
        case .clientCertSANs: PlanTemplate.Part(.certificateNames)
        case .clientCertFingerprint: PlanTemplate.Part(.certificateFingerprint)
        case .time, .timeCommon, .durationMs, .queueMs, .connectMs, .firstByteMs, .requestBytes,
            .responseBytes, .bodyBytes, .attempts, .exchange, .reason:
            preconditionFailure("a value of an exchange that is over, in one that is not")
        }
    }

    /// Changes of a header.
    func edits(_ edits: HeaderEdits, _ names: TemplateNames) -> HeaderEditPlan {
        guard !edits.isEmpty else { return HeaderEditPlan() }
        let removed = edits.remove + edits.set.map { $0.name.lowercased() }
        let written = (edits.set + edits.add).map { setting in
            HeaderEditPlan.Setting(
                name: text(setting.name), value: template(setting.value, names))
        }
        return unsafe HeaderEditPlan(
            removed: array(removed.map { text($0) }), removedCount: removed.count,
            written: array(written), writtenCount: written.count)
    }
}

extension HeaderEdits {
    /// True when a value names something of the request, whose head has gone when the response
    /// comes.
    var needsRequest: Bool {
        (set + add).contains { setting in
            setting.value.parts.contains { part in
                guard case .variable(let variable) = part else { return false }
                return switch variable {
                case .requestHeader, .cookie: true
                case .word(.host), .word(.method), .word(.path), .word(.query), .word(.protocol),
                    .word(.requestID):
                    true
                case .word, .responseHeader: false
                }
            }
        }
    }
}
