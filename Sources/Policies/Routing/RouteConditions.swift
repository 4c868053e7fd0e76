// The conditions of one route in a form in which equal ones are equal. Control plane.

/// What a route asks beyond host and path.
struct RouteConditions: Hashable {
    /// One condition on a value, in bytes.
    struct Value: Hashable {
        var isField: Bool
        var name: [UInt8]
        var test: RouteTable.Condition.Test
        /// Empty where the test has none.
        var value: [UInt8]
    }

    /// Each once, in ascending order.
    let methods: [[UInt8]]

    /// Each once: fields, then parameters, by name.
    let values: [Value]

    /// How specific they are: the methods count as one.
    var count: Int { values.count + (methods.isEmpty ? 0 : 1) }

    /// The conditions of a pattern.
    init(_ pattern: RoutePattern) {
        methods = Set(pattern.methods.map { Array($0.utf8) }).sorted {
            $0.lexicographicallyPrecedes($1)
        }
        let fields = pattern.fields.map { Self.value($0, isField: true) }
        let parameters = pattern.parameters.map { Self.value($0, isField: false) }
        values = Set(fields + parameters).sorted(by: Self.precedes)
    }

    private static func value(_ condition: ValueCondition, isField: Bool) -> Value {
        let name = condition.name.utf8.map { isField && 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        switch condition.test {
        case .exact(let text):
            return Value(isField: isField, name: name, test: .exact, value: Array(text.utf8))
        case .prefix(let text):
            return Value(isField: isField, name: name, test: .prefix, value: Array(text.utf8))
        case .present: return Value(isField: isField, name: name, test: .present, value: [])
        case .absent: return Value(isField: isField, name: name, test: .absent, value: [])
        }
    }

    private static func precedes(_ one: Value, _ other: Value) -> Bool {
        if one.isField != other.isField { return one.isField }
        if one.name != other.name { return one.name.lexicographicallyPrecedes(other.name) }
        if one.test != other.test { return one.test.rawValue < other.test.rawValue }
        return one.value.lexicographicallyPrecedes(other.value)
    }
}
