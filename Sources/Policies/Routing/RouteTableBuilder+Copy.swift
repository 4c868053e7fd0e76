// Lays gathered routes out flat and copies them out of Swift's heap. Control plane.

extension RouteTableBuilder {
    /// Makes the tables; whoever has them frees their block.
    func copyOut() -> UnsafePointer<RouteTable.Tables> {
        var flat = FlatRoutes()
        addRows(&flat)
        addHosts(&flat)
        addPaths(&flat)
        addLists(&flat)
        return unsafe Self.copy(flat, self)
    }

    private func addRows(_ flat: inout FlatRoutes) {
        for (pattern, asked) in zip(patterns, conditions) {
            guard let priority = Int32(exactly: pattern.priority) else {
                preconditionFailure("a priority beyond its range")
            }
            let methods = RouteTable.List(
                first: Int32(flat.methods.count), count: Int32(asked.methods.count))
            for method in asked.methods { flat.methods.append(flat.text(method)) }
            let values = RouteTable.List(
                first: Int32(flat.conditions.count), count: Int32(asked.values.count))
            for value in asked.values {
                flat.conditions.append(
                    RouteTable.Condition(
                        isField: value.isField, test: value.test, name: flat.text(value.name),
                        value: flat.text(value.value)))
            }
            flat.rows.append(
                RouteTable.Row(priority: priority, methods: methods, conditions: values))
        }
    }

    /// Names, and levels with their parents.
    private func addHosts(_ flat: inout FlatRoutes) {
        flat.levels.append(
            RouteTable.Level(parent: -1, placeCount: 0, root: .empty, rest: .empty))
        var numbers: [[UInt8]: Int] = [:]
        for (number, host) in hosts.enumerated() {
            let name = numbers[host.name, default: flat.names.count]
            if name == flat.names.count {
                numbers[host.name] = name
                flat.names.append(
                    RouteTable.Name(text: flat.text(host.name), exact: 0, below: 0))
            }
            let level = Int32(number + 1)
            if host.isExact {
                flat.names[name].exact = level
            } else {
                flat.names[name].below = level
            }
            flat.levels.append(
                RouteTable.Level(
                    parent: Int32(parent(of: host)), placeCount: 0, root: .empty, rest: .empty))
        }
    }

    /// The level of the longest name that a host is below. A dot at the very beginning has
    /// something before it only in names below this one.
    private func parent(of host: HostKey) -> Int {
        for (position, byte) in host.name.enumerated() where byte == UInt8(ascii: ".") {
            if position == 0 && host.isExact { continue }
            let key = HostKey(name: Array(host.name[(position + 1)...]), isExact: false)
            if let level = levels[key] { return level }
        }
        return 0
    }

    /// Paths, and prefixes with their parents.
    private func addPaths(_ flat: inout FlatRoutes) {
        for path in paths {
            flat.paths.append(
                RouteTable.Path(
                    text: flat.text(path), parent: -1, isExact: false, isPrefix: false))
        }
        for group in groups {
            switch group.path {
            case .exact(let node): flat.paths[node].isExact = true
            case .prefix(let node): flat.paths[node].isPrefix = true
            case .root, .every: break
            }
        }
        for (number, path) in paths.enumerated() where flat.paths[number].isPrefix {
            for (length, byte) in path.enumerated().reversed() where byte == UInt8(ascii: "/") {
                guard let node = nodes[Array(path[..<length])], flat.paths[node].isPrefix else {
                    continue
                }
                flat.paths[number].parent = Int32(node)
                break
            }
        }
    }

    /// Lists, at their levels and places.
    private func addLists(_ flat: inout FlatRoutes) {
        for (group, routes) in zip(groups, lists) {
            let list = RouteTable.List(first: Int32(flat.order.count), count: Int32(routes.count))
            flat.order += routes.map { Int32($0) }
            switch group.path {
            case .every: flat.levels[group.level].rest = list
            case .root: flat.levels[group.level].root = list
            case .exact(let node), .prefix(let node):
                var isPrefix = false
                if case .prefix = group.path { isPrefix = true }
                flat.levels[group.level].placeCount += 1
                flat.places.append(
                    RouteTable.Place(
                        level: Int32(group.level), path: Int32(node * 2 + (isPrefix ? 1 : 0)),
                        list: list))
            }
        }
    }

    /// Copies everything into one block.
    private static func copy(
        _ flat: FlatRoutes, _ builder: RouteTableBuilder
    ) -> UnsafePointer<RouteTable.Tables> {
        let names = flat.nameTable()
        let paths = flat.pathTable()
        let places = flat.placeTable()
        let byteCount = names.byteCount + paths.byteCount + places.byteCount + flat.byteCount
        var block = TableBlock(byteCount: byteCount)
        let tables = unsafe RouteTable.Tables(
            block: block.base,
            byteCount: byteCount,
            routeCount: Int32(flat.rows.count),
            candidatesMax: Int32(builder.lists.map(\.count).max() ?? 0),
            priorityMax: flat.rows.map(\.priority).max() ?? 0,
            order: block.copy(flat.order),
            rows: block.copy(flat.rows),
            methods: block.copy(flat.methods),
            conditions: block.copy(flat.conditions),
            bytes: block.copy(flat.bytes),
            levels: block.copy(flat.levels),
            names: block.copy(flat.names),
            paths: block.copy(flat.paths),
            places: block.copy(flat.places),
            nameTable: LookupTable(names, in: &block),
            pathTable: LookupTable(paths, in: &block),
            placeTable: LookupTable(places, in: &block),
            nameBytesMax: builder.hosts.map(\.name.count).max() ?? -1,
            pathBytesMax: builder.paths.map(\.count).max() ?? -1,
            belowDepths: flat.belowDepths,
            prefixDepths: flat.prefixDepths)
        return unsafe block.copy([tables])
    }
}
