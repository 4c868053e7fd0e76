// The alias method (Walker, 1977; in Vose's order, 1991): a weighted random draw by one look at one
// column, whatever the number of backends.

/// One column of an alias table: stands for its own rank below the threshold, else for another.
@usableFromInline
struct AliasColumn {
    /// Of 2^32 draws of this column, so many are its own.
    @usableFromInline let threshold: UInt32

    /// The rank that has the others.
    @usableFromInline let alias: UInt32

    /// The columns for some positive weights. In whole numbers, so that every machine builds the
    /// same; a share is exact to 2^-32. O(n).
    static func columns(_ weights: [Int]) -> [AliasColumn] {
        let total = UInt64(weights.reduce(0, +))
        // A column is full at `total`; these sum to `count × total`.
        var left = weights.map { UInt64($0 * weights.count) }
        var columns = left.indices.map { AliasColumn(threshold: .max, alias: UInt32($0)) }
        var poor = left.indices.filter { left[$0] < total }
        var rich = left.indices.filter { left[$0] > total }
        while let column = poor.popLast() {
            guard let donor = rich.last else { preconditionFailure("the columns don't add up") }
            let product = left[column].multipliedFullWidth(by: 1 << 32)
            let threshold = UInt32(truncatingIfNeeded: total.dividingFullWidth(product).quotient)
            columns[column] = AliasColumn(threshold: threshold, alias: UInt32(donor))
            left[donor] -= total - left[column]
            if left[donor] <= total { rich.removeLast() }
            if left[donor] < total { poor.append(donor) }
        }
        return columns
    }
}
