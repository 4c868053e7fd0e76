// The key of the name that a client asks for in TLS, which is the same however it is spelled.

extension BalancingHash {
    /// Octets that a server name can have: the limit of OpenSSL, two above that of DNS.
    private static var serverNameBytesMax: Int { 255 }

    /// The key of a server name: XXH64 of its octets in lower case, without the dot that may stand
    /// at the end. Of one that no host can have, what is beyond the first 255 octets does not count.
    /// No allocation.
    public static func hash(serverName name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var count = min(name.count, serverNameBytesMax)
        if count > 0, unsafe name[count - 1] == UInt8(ascii: ".") { count -= 1 }
        var octets: InlineArray<256, UInt8> = .init(repeating: 0)
        for index in 0..<count {
            let octet = unsafe name[index]
            octets[index] = octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
        }
        return unsafe withUnsafeBytes(of: &octets) { octets in
            unsafe hash(bytes: UnsafeRawBufferPointer(rebasing: octets[..<count]))
        }
    }
}
