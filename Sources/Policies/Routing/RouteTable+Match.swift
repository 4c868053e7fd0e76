// The look-up. `@inlinable` where it is generic over the view, so that the caller's module gets a
// specialised copy; what knows no view is compiled here, once.

extension RouteTable {
    /// The route that a request takes.
    ///
    /// - Parameter view: the request, for this one call.
    /// - Complexity: O(bytes of host and path), however many routes there are, and O(conditions)
    ///   for the routes of one host and path; no allocation. Where priorities differ, all names
    ///   and prefixes that fit are looked at, unless a route of the highest priority is met.
    @inlinable
    public func match<View: RequestView & ~Copyable>(_ view: borrowing View) -> RouteMatch {
        var walk = unsafe RouteWalk(tables, host: view.host, path: view.path)
        var best = RouteMatch.none
        var bestPriority = Int.min
        while true {
            let list = walk.next()
            if list.count == 0 { return best }
            var position = Int(list.first)
            let end = position &+ Int(list.count)
            while position < end {
                let index = unsafe tables.pointee.order[position]
                let row = unsafe tables.pointee.rows + Int(index)
                let priority = Int(unsafe row.pointee.priority)
                // A list is in descending order of priority.
                if priority <= bestPriority { break }
                if unsafe admits(row, view) {
                    best = RouteMatch(index: index, prefixLength: walk.prefixLength)
                    bestPriority = priority
                    if priority == Int(unsafe tables.pointee.priorityMax) { return best }
                    break
                }
                position &+= 1
            }
        }
    }

    /// Whether method, fields and parameters are as a route wants them.
    @inlinable
    func admits<View: RequestView & ~Copyable>(
        _ row: UnsafePointer<Row>, _ view: borrowing View
    ) -> Bool {
        let methods = unsafe row.pointee.methods
        if methods.count > 0, unsafe !contains(methods, view.method) { return false }
        let conditions = unsafe row.pointee.conditions
        var position = Int(conditions.first)
        let end = position &+ Int(conditions.count)
        while position < end {
            let condition = unsafe tables.pointee.conditions + position
            let name = unsafe bytes(of: condition.pointee.name)
            let value =
                unsafe condition.pointee.isField
                ? view.field(named: name) : view.parameter(named: name)
            if unsafe !holds(condition, value) { return false }
            position &+= 1
        }
        return true
    }

    /// Whether one of some methods is this.
    @usableFromInline
    func contains(_ methods: List, _ method: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = method.baseAddress else { return false }
        for position in Int(methods.first)..<Int(methods.first &+ methods.count) {
            let text = unsafe tables.pointee.methods[position]
            let other = unsafe tables.pointee.bytes + Int(text.offset)
            if Int(text.count) == method.count,
                unsafe RoutingHash.isEqual(base, other, method.count)
            {
                return true
            }
        }
        return false
    }

    /// Whether a value, or its absence, is as a condition wants it.
    @usableFromInline
    func holds(
        _ condition: UnsafePointer<Condition>, _ value: UnsafeBufferPointer<UInt8>?
    ) -> Bool {
        guard let value = unsafe value else { return unsafe condition.pointee.test == .absent }
        let wanted = unsafe bytes(of: condition.pointee.value)
        switch unsafe condition.pointee.test {
        case .present: return true
        case .absent: return false
        case .exact: if value.count != wanted.count { return false }
        case .prefix: if value.count < wanted.count { return false }
        }
        guard let base = value.baseAddress, let other = wanted.baseAddress else {
            return wanted.isEmpty
        }
        return unsafe RoutingHash.isEqual(base, other, wanted.count)
    }

    /// The bytes of a text.
    @inlinable
    func bytes(of text: Text) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(
            start: tables.pointee.bytes + Int(text.offset), count: Int(text.count))
    }
}
