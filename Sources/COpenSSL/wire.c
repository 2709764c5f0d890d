// A BIO over the loop's buffers: no memory of its own, no copy into BIO memory, one for each stream with the loop's wire as its data.
#include "martlet_tls.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <pthread.h>
#include <string.h>

static BIO_METHOD *method;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int wire_read(BIO *bio, char *bytes, size_t capacity, size_t *count) {
    martlet_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (wire->in_left == 0) { BIO_set_retry_read(bio); *count = 0; return 0; }
    size_t taken = capacity < wire->in_left ? capacity : wire->in_left;
    memcpy(bytes, wire->in, taken);
    wire->in += taken;
    wire->in_left -= taken;
    *count = taken;
    return 1;
}

static int wire_write(BIO *bio, const char *bytes, size_t length, size_t *count) {
    martlet_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    size_t room = wire->out_capacity - wire->out_used;
    if (room == 0) { BIO_set_retry_write(bio); *count = 0; return 0; }
    size_t put = length < room ? length : room;
    memcpy(wire->out + wire->out_used, bytes, put);
    wire->out_used += put;
    *count = put;
    return 1;
}

static long wire_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio; (void)number; (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "martlet wire");
    if (made == NULL) return;
    BIO_meth_set_read_ex(made, wire_read);
    BIO_meth_set_write_ex(made, wire_write);
    BIO_meth_set_ctrl(made, wire_control);
    method = made;
}

SSL *martlet_tls_stream(SSL_CTX *context, martlet_wire *wire, int is_client) {
    pthread_once(&once, make_method);
    if (method == NULL) return NULL;
    BIO *bio = BIO_new(method);
    SSL *stream = bio == NULL ? NULL : SSL_new(context);
    if (stream == NULL) { BIO_free(bio); return NULL; }
    BIO_set_data(bio, wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(stream, bio, bio);
    if (is_client) SSL_set_connect_state(stream);
    else SSL_set_accept_state(stream);
    return stream;
}

int martlet_tls_handshake(SSL *stream) {
    ERR_clear_error();
    int result = SSL_do_handshake(stream);
    return result == 1 ? SSL_ERROR_NONE : SSL_get_error(stream, result);
}

int martlet_tls_read(SSL *stream, void *bytes, int capacity) {
    ERR_clear_error();
    int result = SSL_read(stream, bytes, capacity);
    return result > 0 ? result : -SSL_get_error(stream, result);
}

int martlet_tls_write(SSL *stream, const void *bytes, int length) {
    ERR_clear_error();
    int result = SSL_write(stream, bytes, length);
    return result > 0 ? result : -SSL_get_error(stream, result);
}

void martlet_tls_close(SSL *stream) {
    ERR_clear_error();
    (void)SSL_shutdown(stream);
    ERR_clear_error();
}

void martlet_tls_reason(char *words, size_t capacity) {
    unsigned long code = ERR_peek_last_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    strncpy(words, reason == NULL ? "unknown" : reason, capacity - 1);
    words[capacity - 1] = 0;
    ERR_clear_error();
}

const char *martlet_tls_cipher(const SSL *stream) { return SSL_CIPHER_get_name(SSL_get_current_cipher(stream)); }
const char *martlet_tls_server_name(const SSL *stream) { return SSL_get_servername(stream, TLSEXT_NAMETYPE_host_name); }
int martlet_tls_was_resumed(SSL *stream) { return SSL_session_reused(stream); }
