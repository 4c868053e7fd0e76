// The backends that one session has tried.

/// Up to `ProxyLimits.attemptsMax` places of backends, in the order they were tried.
struct TriedBackends: BitwiseCopyable {
    private var places: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32) = (
        -1, -1, -1, -1, -1, -1, -1, -1
    )
    /// How many were tried.
    private(set) var count = 0

    /// Notes one more.
    mutating func append(_ place: Int32) {
        precondition(count < ProxyLimits.attemptsMax)
        let index = count
        unsafe withUnsafeMutableBytes(of: &places) { bytes in
            unsafe bytes.storeBytes(of: place, toByteOffset: index * 4, as: Int32.self)
        }
        count += 1
    }

    /// Forgets which they were, not how many: in another plan their places are others'.
    mutating func forgetPlaces() { places = (-1, -1, -1, -1, -1, -1, -1, -1) }

    /// True when the backend was tried.
    func contains(_ place: Int32) -> Bool {
        places.0 == place || places.1 == place || places.2 == place || places.3 == place
            || places.4 == place || places.5 == place || places.6 == place || places.7 == place
    }
}
