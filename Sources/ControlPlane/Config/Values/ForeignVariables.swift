// Variables as nginx and HAProxy write them, which are plain text here. Nobody means them as text.

/// Finds what would be a variable in another program's file.
enum ForeignVariables {
    /// nginx's, with what says the same here.
    private static let known = [
        "$host": "{host}", "$http_host": "{header:Host}", "$remote_addr": "{client_ip}",
        "$remote_port": "{client_port}", "$server_addr": "{server_ip}",
        "$server_port": "{server_port}", "$scheme": "{scheme}", "$request_method": "{method}",
        "$request_uri": "{path}{query}", "$uri": "{path}", "$document_uri": "{path}",
        "$is_args$args": "{query}", "$args": "{query}", "$query_string": "{query}",
        "$request_id": "{request_id}", "$server_protocol": "{protocol}", "$status": "{status}",
        "$upstream_addr": "{backend}", "$realip_remote_addr": "{peer_ip}",
        "$time_iso8601": "{time}", "$time_local": "{time_common}",
        "$request_length": "{request_bytes}", "$bytes_sent": "{response_bytes}",
        "$body_bytes_sent": "{body_bytes}", "$request_time": "{duration_ms}",
        "$http_user_agent": "{header:User-Agent}", "$http_referer": "{header:Referer}",
        "$proxy_add_x_forwarded_for": "{header:X-Forwarded-For}",
        "$ssl_protocol": "{tls_version}", "$ssl_cipher": "{tls_cipher}",
        "$ssl_server_name": "{tls_server_name}", "$ssl_alpn_protocol": "{tls_alpn}",
        "$ssl_client_verify": "{client_cert_verify}",
        "$ssl_client_s_dn": "{client_cert_subject}",
        "$ssl_client_fingerprint": "{client_cert_fingerprint}",
    ]

    /// The first of them in `text`, and what to write in its place; nil when there is none.
    static func first(in text: String) -> (found: String, suggestion: String)? {
        if text.contains("%[") { return ("%[", "variables stand in braces, such as {client_ip}") }
        guard let dollar = text.firstIndex(of: "$") else { return nil }
        var rest = text[dollar...]
        while let start = rest.firstIndex(of: "$") {
            rest = rest[start...]
            let tail = rest.dropFirst().prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
            }
            let word = String(rest[..<tail.endIndex])
            if word == "$is_args", rest.hasPrefix("$is_args$args") {
                return ("$is_args$args", "write {query}")
            }
            if let ours = known[word] { return (word, "write \(ours)") }
            rest = rest[tail.endIndex...]
        }
        return nil
    }
}
