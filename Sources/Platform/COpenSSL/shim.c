#define _GNU_SOURCE 1
#include "COpenSSL.h"

#include <limits.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

int copenssl_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *message, size_t count,
    unsigned char *code) {
    if (key_count > INT_MAX) return 0;
    return HMAC(EVP_sha256(), key, (int)key_count, message, count, code, NULL) != NULL;
}

int copenssl_key_ticket_hmac(EVP_MAC_CTX *context, const unsigned char *key, size_t count) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, count),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(context, params);
}

int copenssl_staple(SSL *session, const unsigned char *bytes, size_t count) {
    unsigned char *copy = OPENSSL_memdup(bytes, count);
    if (!copy) return 0;
    SSL_set_tlsext_status_ocsp_resp(session, copy, (long)count);
    return 1;
}

const EVP_MD *copenssl_identifier_digest(const OCSP_CERTID *identifier) {
    ASN1_OBJECT *digest = NULL;
    if (!OCSP_id_get0_info(NULL, &digest, NULL, NULL, (OCSP_CERTID *)identifier)) return NULL;
    return EVP_get_digestbyobj(digest);
}

int64_t copenssl_unix_time(const ASN1_TIME *time) {
    struct tm broken_down;
    if (!time || !ASN1_TIME_to_tm(time, &broken_down)) return INT64_MIN;
    return timegm(&broken_down);
}
