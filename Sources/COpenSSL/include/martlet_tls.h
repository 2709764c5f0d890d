// What Swift cannot see or say of OpenSSL's TLS: macros, stacks, callbacks. Policy (versions, ciphers) is here too, in one place.
#pragma once
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

/// Where the TLS streams of one loop take ciphertext from and put it to. Set before each call into OpenSSL.
typedef struct {
    const uint8_t *in;
    size_t in_left;
    uint8_t *out;
    size_t out_capacity;
    size_t out_used;
} martlet_wire;
/// A stream over the wire, server side or client side, or NULL.
SSL *martlet_tls_stream(SSL_CTX *context, martlet_wire *wire, int is_client);

/// A context for connections that we open: TLS 1.2 and 1.3, nobody verified yet. With TRUSTS_ROOTS it knows the authorities of CA_FILE, or those of the
/// system when that is NULL. NULL when they cannot be read.
SSL_CTX *martlet_tls_client_context(int trusts_roots, const char *ca_file);
/// What the handshake asks for by SNI. 0 on success.
int martlet_tls_ask_for(SSL *stream, const char *name);
/// The peer must show a chain to a root, for one of the names added afterwards.
void martlet_tls_verify_names(SSL *stream);
/// The peer must match one of the TLSA records added afterwards. BASE is the name DANE-TA is held to. 0 on success.
int martlet_tls_verify_dane(SSL *stream, const char *base);
/// One more name that the certificate may have. 0 on success.
int martlet_tls_add_host(SSL *stream, const char *name);
/// 1 when the record is usable, 0 when it is not, -1 when OpenSSL failed.
int martlet_tls_add_tlsa(SSL *stream, uint8_t usage, uint8_t selector, uint8_t matching, const uint8_t *data, size_t length);
/// 1 when the peer was held to something and passed.
int martlet_tls_is_verified(const SSL *stream);
/// Why the peer's certificate did not pass, or NULL.
const char *martlet_tls_verify_words(const SSL *stream);
/// Octets that both ends know and nobody between: tls-exporter under TLS 1.3, tls-unique under 1.2 with the extended master secret. Their count, 0 for none.
size_t martlet_tls_channel_binding(SSL *stream, uint8_t bytes[64]);

/// A certificate with its chain and its key.
typedef struct martlet_identity martlet_identity;
enum martlet_identity_problem {
    MARTLET_IDENTITY_OK = 0,
    MARTLET_IDENTITY_NO_CERTIFICATE,
    MARTLET_IDENTITY_BAD_CERTIFICATE,
    MARTLET_IDENTITY_NO_KEY,
    MARTLET_IDENTITY_KEY_ENCRYPTED,
    MARTLET_IDENTITY_KEY_MISMATCH,
    MARTLET_IDENTITY_TOO_LONG,
};
/// From PEM text: leaf first, then its chain. NULL with a problem.
martlet_identity *martlet_identity_new(const void *chain, size_t chain_length, const void *key, size_t key_length, int *problem);
void martlet_identity_free(martlet_identity *identity);
/// The name at INDEX: DNS names and IP addresses of subjectAltName, or the common name where there are none. Bytes written (at most CAPACITY), -1 at the end.
int martlet_identity_name(const martlet_identity *identity, int index, char *name, size_t capacity);
/// Seconds since 1970 after which the leaf is not valid any more.
int64_t martlet_identity_not_after(const martlet_identity *identity);
/// SHA-256 of the leaf.
int martlet_identity_fingerprint(const martlet_identity *identity, uint8_t digest[32]);

/// SHA-256 of the leaf's public key with its algorithm, as TLSA records 3 1 1 have it.
int martlet_identity_key_digest(const martlet_identity *identity, uint8_t digest[32]);

/// A context for one identity of one service: TLS 1.2 and 1.3, tickets under KEYS (80 bytes) that are good for SERVICE alone. NULL when OpenSSL refuses.
/// PROTOCOLS are ALPN names in wire form, or empty.
SSL_CTX *martlet_tls_context(const martlet_identity *identity, const char *service, const uint8_t keys[80], const uint8_t *protocols, size_t protocols_length);
/// CONTEXT answers for NAME (lower case; "*.example.org" stands for one label) with OTHER, which it keeps. 0 on success.
int martlet_tls_add_name(SSL_CTX *context, const char *name, SSL_CTX *other);

/// The outcome of the last call: one of SSL_ERROR_*.
int martlet_tls_handshake(SSL *stream);
/// Bytes read (> 0), or a negated SSL_ERROR_*.
int martlet_tls_read(SSL *stream, void *bytes, int capacity);
/// Bytes taken (> 0), or a negated SSL_ERROR_*.
int martlet_tls_write(SSL *stream, const void *bytes, int length);
void martlet_tls_close(SSL *stream);
/// Words for the last failure on this thread, and the error queue emptied.
void martlet_tls_reason(char *words, size_t capacity);
const char *martlet_tls_cipher(const SSL *stream);
const char *martlet_tls_server_name(const SSL *stream);
int martlet_tls_was_resumed(SSL *stream);

/// A self-signed ECDSA P-256 certificate and its key as PEM text. NAMES is an OpenSSL subjectAltName value ("DNS:a,IP:127.0.0.1"). 0 on success.
int martlet_self_signed(const char *common_name, const char *names, int64_t not_before, int64_t not_after, char *certificate, size_t *certificate_length,
                        char *key, size_t *key_length);
