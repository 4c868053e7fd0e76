// A failed system call as a Swift error, for set-up and the control plane. The data plane uses
// `IOResult` and never throws.

internal import CLinux

/// A system call that failed, with its name and the kernel's error number.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call as its man page names it, such as `bind`.
    public let call: String
    /// The error number, such as EADDRINUSE.
    public let code: Int32

    /// Names a failure. `code` is a positive error number.
    public init(_ call: String, _ code: Int32) {
        self.call = call
        self.code = code
    }

    /// `bind: Address already in use`
    public var description: String { "\(call): \(Self.text(of: code))" }

    /// The kernel's text for an error number (strerror(3)).
    public static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        return unsafe buffer.withUnsafeMutableBufferPointer { space in
            guard let base = space.baseAddress, unsafe cl_error_text(code, base, space.count) == 0
            else { return "error \(code)" }
            return unsafe String(cString: base)
        }
    }
}

extension IOResult {
    /// The count, or the failure as an error of the named call.
    public func orThrow(_ call: String) throws(SystemError) -> Int {
        guard isSuccess else { throw SystemError(call, errno) }
        return rawValue
    }
}
