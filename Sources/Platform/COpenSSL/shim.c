#include "COpenSSL.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

int copenssl_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *message, size_t count,
    unsigned char *code) {
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha256(), key, (int)key_count, message, count, code, NULL) != NULL;
}
