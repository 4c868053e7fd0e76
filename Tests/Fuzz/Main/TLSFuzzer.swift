// The entry of libFuzzer. `make fuzz` builds it with sanitizers; it is part of no package target.

import FuzzTLS

/// Checks one input. It traps when an invariant does not hold.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzTLS(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let violation = HelloInput.violation(input) { fatalError(violation) }
    return 0
}
