// TLS where we are the client: what is asked of the other end, and what came of it.
#include "martlet_tls.h"
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

SSL_CTX *martlet_tls_client_context(int trusts_roots, const char *ca_file) {
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    int done = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1;
    if (trusts_roots) {
        done = done && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20") == 1
            && (ca_file == NULL ? SSL_CTX_set_default_verify_paths(context) : SSL_CTX_load_verify_file(context, ca_file)) == 1;
    } else {
        // Where the choice is between weak TLS and none, weak TLS is better. (RFC 7435 §3)
        done = done && SSL_CTX_set_cipher_list(context, "HIGH:!aNULL:!eNULL:!MD5:!PSK:!SRP:@SECLEVEL=1") == 1 && SSL_CTX_dane_enable(context) == 1
            // SHA2-512 is not there by itself in all builds. (RFC 6698 §2.1.3)
            && SSL_CTX_dane_mtype_set(context, EVP_sha512(), 2, 2) == 1;
    }
    if (done) return context;
    SSL_CTX_free(context);
    return NULL;
}

int martlet_tls_ask_for(SSL *stream, const char *name) { return SSL_set_tlsext_host_name(stream, name) == 1 ? 0 : -1; }

void martlet_tls_verify_names(SSL *stream) {
    SSL_set_verify(stream, SSL_VERIFY_PEER, NULL);
    // One whole leftmost label, and the common name is no name. (RFC 6125 §6.4.3, RFC 8461 §4.1)
    SSL_set_hostflags(stream, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

int martlet_tls_verify_dane(SSL *stream, const char *base) {
    SSL_set_security_level(stream, 2);
    if (SSL_dane_enable(stream, base) <= 0) return -1;
    // DANE-EE is about the key alone: neither names nor dates count. (RFC 7672 §3.1.1)
    SSL_dane_set_flags(stream, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
    SSL_set_verify(stream, SSL_VERIFY_PEER, NULL);
    SSL_set_hostflags(stream, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return 0;
}

int martlet_tls_add_host(SSL *stream, const char *name) { return SSL_add1_host(stream, name) == 1 ? 0 : -1; }

int martlet_tls_add_tlsa(SSL *stream, uint8_t usage, uint8_t selector, uint8_t matching, const uint8_t *data, size_t length) {
    ERR_clear_error();
    int result = SSL_dane_tlsa_add(stream, usage, selector, matching, data, length);
    ERR_clear_error();
    return result > 0 ? 1 : result;
}

int martlet_tls_is_verified(const SSL *stream) {
    return SSL_get_verify_mode(stream) != SSL_VERIFY_NONE && SSL_get_verify_result(stream) == X509_V_OK && SSL_get0_peer_certificate(stream) != NULL;
}

const char *martlet_tls_verify_words(const SSL *stream) {
    if (SSL_get_verify_mode(stream) == SSL_VERIFY_NONE) return NULL;
    long result = SSL_get_verify_result(stream);
    return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}

size_t martlet_tls_channel_binding(SSL *stream, uint8_t bytes[64]) {
    if (SSL_version(stream) >= TLS1_3_VERSION) {
        static const char label[] = "EXPORTER-Channel-Binding";  // RFC 9266 §2
        return SSL_export_keying_material(stream, bytes, 32, label, sizeof label - 1, (const unsigned char *)"", 0, 1) == 1 ? 32 : 0;
    }
    // Without the extended master secret two sessions may share their Finished messages. (RFC 7627 §1, RFC 5929 §3)
    if (SSL_get_extms_support(stream) != 1) return 0;
    // The first Finished of the handshake: the client's, or the server's where a session is resumed.
    int is_ours = SSL_is_server(stream) ? SSL_session_reused(stream) : !SSL_session_reused(stream);
    size_t count = is_ours ? SSL_get_finished(stream, bytes, 64) : SSL_get_peer_finished(stream, bytes, 64);
    return count <= 64 ? count : 0;
}
