// OpenSSL made callable: what of it is asked for in macros, or takes more than one call to say. No
// logic, no state.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// The HMAC-SHA256 (RFC 2104, FIPS 180-4) of a message: 32 bytes. Returns 1, or 0 when the library
// cannot, which is when it has no memory. The corresponding call is `HMAC(3)`.
int copenssl_hmac_sha256(
    const unsigned char *key, size_t key_count, const unsigned char *message, size_t count,
    unsigned char *code);

// Keys an EVP_MAC_CTX that OpenSSL prepared for a ticket with HMAC-SHA256. Returns 1, or 0.
int copenssl_key_ticket_hmac(EVP_MAC_CTX *context, const unsigned char *key, size_t count);

// Errors -----------------------------------------------------------------------------------------

// `errno` of the last system call, as the socket BIO left it.
static inline int copenssl_errno(void) { return errno; }

static inline int copenssl_error_library(unsigned long code) { return ERR_GET_LIB(code); }

static inline int copenssl_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

static inline int copenssl_error_is_memory(unsigned long code) {
    return ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
}

// The reason of any library for what must not happen.
static const int copenssl_internal_error = ERR_R_INTERNAL_ERROR;

// Puts an error of ours into the queue, from within a callback.
static inline void copenssl_raise(int reason) { ERR_raise(ERR_LIB_USER, reason); }

// Error numbers as one type; Swift sees them as it sees `errno`.
static const int copenssl_enobufs = ENOBUFS;
static const int copenssl_enomem = ENOMEM;

// Options that are shifted or put together in macros --------------------------------------------

static const uint64_t copenssl_op_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t copenssl_op_ignore_unexpected_eof = SSL_OP_IGNORE_UNEXPECTED_EOF;
static const uint64_t copenssl_op_no_compression = SSL_OP_NO_COMPRESSION;
static const uint64_t copenssl_op_enable_ktls = SSL_OP_ENABLE_KTLS;
static const uint64_t copenssl_op_server_preference = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t copenssl_op_prioritize_chacha = SSL_OP_PRIORITIZE_CHACHA;
static const uint64_t copenssl_op_no_ticket = SSL_OP_NO_TICKET;
static const uint64_t copenssl_op_no_anti_replay = SSL_OP_NO_ANTI_REPLAY;
static const unsigned long copenssl_name_rfc2253 = XN_FLAG_RFC2253;
static const unsigned long copenssl_escape_high_bytes = ASN1_STRFLGS_ESC_MSB;

// Contexts ---------------------------------------------------------------------------------------

static inline void copenssl_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void copenssl_set_cache_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void copenssl_set_read_ahead(SSL_CTX *context) {
    SSL_CTX_set_read_ahead(context, 1);
}

static inline int copenssl_set_versions(SSL_CTX *context, int min, int max) {
    return (int)(SSL_CTX_set_min_proto_version(context, min)
                 && SSL_CTX_set_max_proto_version(context, max));
}

static inline int copenssl_set_groups(SSL_CTX *context, const char *names) {
    return (int)SSL_CTX_set1_groups_list(context, names);
}

static inline void copenssl_set_servername_callback(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline void copenssl_set_status_callback(
    SSL_CTX *context, int (*callback)(SSL *, void *)) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
}

// Sessions ---------------------------------------------------------------------------------------

static inline void copenssl_set_data(SSL *session, void *data) { SSL_set_app_data(session, data); }

static inline void *copenssl_data(const SSL *session) { return SSL_get_app_data(session); }

static inline int copenssl_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline void copenssl_ask_for_status(SSL_CTX *context) {
    SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
}

static inline long copenssl_status_response(SSL *session, const unsigned char **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(session, bytes);
}

// Has a copy of a stapled response sent. Returns 1, or 0 without memory.
int copenssl_staple(SSL *session, const unsigned char *bytes, size_t count);

static inline int copenssl_sends_in_kernel(SSL *session) {
    BIO *bio = SSL_get_wbio(session);
    return bio && BIO_get_ktls_send(bio);
}

static inline int copenssl_receives_in_kernel(SSL *session) {
    BIO *bio = SSL_get_rbio(session);
    return bio && BIO_get_ktls_recv(bio);
}

// Lists ------------------------------------------------------------------------------------------

static inline int copenssl_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

static inline GENERAL_NAME *copenssl_name(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

// What a general name of the DNS, e-mail, URI or address kind is; null for other kinds.
static inline const ASN1_STRING *copenssl_name_text(const GENERAL_NAME *name) {
    switch (name->type) {
    case GEN_DNS: return name->d.dNSName;
    case GEN_EMAIL: return name->d.rfc822Name;
    case GEN_URI: return name->d.uniformResourceIdentifier;
    case GEN_IPADD: return name->d.iPAddress;
    default: return NULL;
    }
}

// The digest that an OCSP request or response names a certificate by; null for one that is unknown.
const EVP_MD *copenssl_identifier_digest(const OCSP_CERTID *identifier);

static inline STACK_OF(X509) *copenssl_new_certificates(void) { return sk_X509_new_null(); }

static inline int copenssl_add_certificate(STACK_OF(X509) *list, X509 *certificate) {
    return sk_X509_push(list, certificate);
}

static inline void copenssl_free_certificates(STACK_OF(X509) *list) { sk_X509_free(list); }

// Keys and certificates of our own ---------------------------------------------------------------

// A new key on the curve P-256, or null.
static inline EVP_PKEY *copenssl_make_p256_key(void) { return EVP_EC_gen("P-256"); }

// The kind of a name's text.
static const int copenssl_utf8_text = MBSTRING_UTF8;

// Times and memory ------------------------------------------------------------------------

// Seconds since 1970, or INT64_MIN for what is no time.
int64_t copenssl_unix_time(const ASN1_TIME *time);

// What a memory BIO holds.
static inline long copenssl_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

// Has a certificate's extensions parsed and kept. Returns 1, or 0 when they cannot be.
static inline int copenssl_is_constructed(X509 *certificate) {
    return X509_check_purpose(certificate, -1, 0) == 1;
}

#endif
