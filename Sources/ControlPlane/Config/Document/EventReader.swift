// libyaml's parser as a source of events with places. The only file that touches its memory: what
// leaves here are Swift values.

import CYAML

/// Reads the events of one text.
///
/// The text must outlive the reader, which keeps a pointer to it; `Document` sees to that.
@safe struct EventReader: ~Copyable {
    /// What an event says, and where.
    struct Event {
        /// The kinds of event that differ for a configuration file.
        enum Kind {
            case streamStart, streamEnd
            case documentStart, documentEnd
            case alias
            case scalar(String, isPlain: Bool)
            case listStart, listEnd
            case mappingStart, mappingEnd
        }

        var kind: Kind
        var start: Mark
        var end: Mark
        /// `&name` before the value.
        var hasAnchor = false
        /// `!name` before the value.
        var hasTag = false
    }

    /// Allocated and initialised by `init`, ended by `deinit`.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Begins to read `text`, which has to be UTF-8.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        unsafe parser = .allocate(capacity: 1)
        // It fails only without memory, as does every allocation here.
        let isReady = unsafe yaml_parser_initialize(parser)
        precondition(isReady == 1, "yaml_parser_initialize: no memory")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    /// The next event. Must not be called after `streamEnd` or an error.
    mutating func next() throws(Problem) -> Event {
        var raw = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&raw) }
        var event = unsafe Event(
            kind: .streamStart, start: Mark(raw.start_mark), end: Mark(raw.end_mark))
        switch unsafe raw.type {
        case YAML_STREAM_START_EVENT: event.kind = .streamStart
        case YAML_STREAM_END_EVENT: event.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: event.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: event.kind = .documentEnd
        case YAML_ALIAS_EVENT: event.kind = .alias
        case YAML_SCALAR_EVENT:
            let bytes = unsafe UnsafeBufferPointer(
                start: cyaml_scalar_value(&raw), count: cyaml_scalar_length(&raw))
            event.kind = unsafe .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: cyaml_scalar_is_plain(&raw) != 0)
            event.hasAnchor = unsafe cyaml_scalar_has_anchor(&raw) != 0
            event.hasTag = unsafe cyaml_scalar_has_tag(&raw) != 0
        case YAML_SEQUENCE_START_EVENT:
            event.kind = .listStart
            event.hasAnchor = unsafe cyaml_sequence_has_anchor(&raw) != 0
            event.hasTag = unsafe cyaml_sequence_has_tag(&raw) != 0
        case YAML_SEQUENCE_END_EVENT: event.kind = .listEnd
        case YAML_MAPPING_START_EVENT:
            event.kind = .mappingStart
            event.hasAnchor = unsafe cyaml_mapping_has_anchor(&raw) != 0
            event.hasTag = unsafe cyaml_mapping_has_tag(&raw) != 0
        case YAML_MAPPING_END_EVENT: event.kind = .mappingEnd
        default: preconditionFailure("libyaml gave an event of no kind")
        }
        return event
    }

    /// Why libyaml stopped.
    private func problem() -> Problem {
        var message = "not YAML"
        if let words = unsafe parser.pointee.problem {
            message += unsafe ": " + String(cString: words)
        }
        if let words = unsafe parser.pointee.context {
            let line = unsafe parser.pointee.context_mark.line + 1
            message += unsafe ", " + String(cString: words) + " (line \(line))"
        }
        return unsafe Problem(message, at: Mark(parser.pointee.problem_mark))
    }
}

extension Mark {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int32(clamping: mark.line + 1), column: Int32(clamping: mark.column + 1))
    }
}
