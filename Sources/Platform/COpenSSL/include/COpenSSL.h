// OpenSSL made callable: what of it is asked for in macros, or takes more than one call to say. No
// logic, no state.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>

// The HMAC-SHA256 (RFC 2104, FIPS 180-4) of a message: 32 bytes. Returns 1, or 0 when the library
// cannot, which is when it has no memory. The corresponding call is `HMAC(3)`.
int copenssl_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *message, size_t count,
    unsigned char *code);

#endif
