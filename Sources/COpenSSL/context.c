// TLS contexts: versions, ciphers, tickets, names (SNI) and application protocols (ALPN).
#include "identity.h"
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// What a context's callbacks need; freed with the context, which streams keep alive.
typedef struct {
    struct entry { char *name; SSL_CTX *context; } *names;
    size_t count, capacity;
    uint8_t *protocols;
    size_t protocols_length;
} extra;

static int extra_index = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_extra(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number, void *argument) {
    (void)data; (void)index; (void)number; (void)argument;
    extra *more = pointer;
    if (more == NULL) return;
    for (size_t i = 0; i < more->count; i++) {
        free(more->names[i].name);
        if ((void *)more->names[i].context != parent) SSL_CTX_free(more->names[i].context);
    }
    free(more->names);
    free(more->protocols);
    free(more);
}
static void make_index(void) { extra_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_extra); }

static SSL_CTX *find(const extra *more, const char *name) {
    for (size_t i = 0; i < more->count; i++)
        if (strcasecmp(more->names[i].name, name) == 0) return more->names[i].context;
    // A wildcard stands for the whole leftmost label. (RFC 6125 §6.4.3)
    const char *rest = strchr(name, '.');
    if (rest == NULL || rest == name) return NULL;
    for (size_t i = 0; i < more->count; i++)
        if (more->names[i].name[0] == '*' && strcasecmp(more->names[i].name + 1, rest) == 0) return more->names[i].context;
    return NULL;
}

static int choose_name(SSL *stream, int *alert, void *argument) {
    (void)alert; (void)argument;
    const char *name = SSL_get_servername(stream, TLSEXT_NAMETYPE_host_name);
    const extra *more = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(stream), extra_index);
    if (name == NULL || more == NULL) return SSL_TLSEXT_ERR_NOACK;
    SSL_CTX *found = find(more, name);
    // An unknown name gets the first certificate: old mail clients send whatever is in their settings.
    if (found == NULL) return SSL_TLSEXT_ERR_NOACK;
    return SSL_set_SSL_CTX(stream, found) == NULL ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK;
}

static int choose_protocol(SSL *stream, const unsigned char **chosen, unsigned char *length, const unsigned char *offered, unsigned offered_length, void *argument) {
    (void)argument;
    const extra *more = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(stream), extra_index);
    if (more == NULL || more->protocols_length == 0) return SSL_TLSEXT_ERR_NOACK;
    unsigned char *answer = NULL;
    // A client that speaks none of ours is at the wrong door. (RFC 7301 §3.2; ALPACA)
    if (SSL_select_next_proto(&answer, length, more->protocols, (unsigned)more->protocols_length, offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = answer;
    return SSL_TLSEXT_ERR_OK;
}

static int set_policy(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // RELEASE_BUFFERS: an idle stream keeps no record buffers, 9 KB less for each. (measured.md §2)
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Sessions live in the clients' tickets, never here.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, 12 * 3600);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1
        && SSL_CTX_set_num_tickets(context, 1) == 1 && SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
        && SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1;
}

/// A ticket is good where it was given alone: own keys and an own session id context for each service. (threat T23)
static int set_tickets(SSL_CTX *context, const char *service, const uint8_t keys[80]) {
    uint8_t digest[32];
    unsigned length = 0;
    uint8_t copy[80];
    memcpy(copy, keys, sizeof copy);
    int done = EVP_Digest(service, strlen(service), digest, &length, EVP_sha256(), NULL) == 1
        && SSL_CTX_set_session_id_context(context, digest, sizeof digest) == 1 && SSL_CTX_set_tlsext_ticket_keys(context, copy, sizeof copy) == 1;
    OPENSSL_cleanse(copy, sizeof copy);
    return done;
}

SSL_CTX *martlet_tls_context(const martlet_identity *identity, const char *service, const uint8_t keys[80], const uint8_t *protocols, size_t protocols_length) {
    pthread_once(&once, make_index);
    ERR_clear_error();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL) return NULL;
    extra *more = calloc(1, sizeof *more);
    if (more == NULL || extra_index < 0 || SSL_CTX_set_ex_data(context, extra_index, more) != 1) { free(more); SSL_CTX_free(context); return NULL; }
    if (protocols_length > 0) {
        more->protocols = malloc(protocols_length);
        if (more->protocols == NULL) { SSL_CTX_free(context); return NULL; }
        memcpy(more->protocols, protocols, protocols_length);
        more->protocols_length = protocols_length;
        SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    }
    SSL_CTX_set_tlsext_servername_callback(context, choose_name);
    if (!set_policy(context) || !set_tickets(context, service, keys) || SSL_CTX_use_certificate(context, identity->leaf) != 1
        || SSL_CTX_use_PrivateKey(context, identity->key) != 1 || SSL_CTX_set1_chain(context, identity->chain) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

int martlet_tls_add_name(SSL_CTX *context, const char *name, SSL_CTX *other) {
    extra *more = SSL_CTX_get_ex_data(context, extra_index);
    if (more == NULL) return -1;
    if (more->count == more->capacity) {
        size_t capacity = more->capacity == 0 ? 8 : more->capacity * 2;
        struct entry *grown = realloc(more->names, capacity * sizeof *grown);
        if (grown == NULL) return -1;
        more->names = grown;
        more->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL) return -1;
    // The context does not keep itself.
    if (other != context) SSL_CTX_up_ref(other);
    more->names[more->count++] = (struct entry){ copy, other };
    return 0;
}
