// OpenSSL's question for the password of a key.

/// The answer to it, and whether it was asked for.
@safe struct PasswordRequest {
    /// What to answer.
    let password: [UInt8]?
    /// Set once OpenSSL has asked, which it does when a key is encrypted.
    var wasAsked = false

    /// The callback for `PEM_read_bio_PrivateKey`, whose last argument is a pointer to one of these.
    /// Never asks anybody on a terminal, as OpenSSL's own would.
    static let answer:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) ->
            Int32 = { buffer, size, _, data in
                let request = unsafe data!.assumingMemoryBound(to: PasswordRequest.self)
                unsafe request.pointee.wasAsked = true
                guard let password = unsafe request.pointee.password, password.count <= size else {
                    return -1
                }
                for (index, byte) in password.enumerated() {
                    unsafe buffer![index] = CChar(bitPattern: byte)
                }
                return Int32(password.count)
            }
}
