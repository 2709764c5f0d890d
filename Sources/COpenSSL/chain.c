#include "martlet_chain.h"
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>
#include <limits.h>
#include <stdlib.h>

struct martlet_trust {
    X509_STORE *roots;
    STACK_OF(X509) *chain;
};

static X509 *certificate(const uint8_t *der, size_t length) {
    if (length > LONG_MAX) return NULL;
    const unsigned char *place = der;
    X509 *found = d2i_X509(NULL, &place, (long)length);
    // What follows the certificate is none of it.
    if (found && place != der + length) { X509_free(found); found = NULL; }
    return found;
}

martlet_trust *martlet_trust_new(const char *ca_file) {
    martlet_trust *trust = calloc(1, sizeof *trust);
    if (!trust) return NULL;
    trust->roots = X509_STORE_new();
    trust->chain = sk_X509_new_null();
    int known = trust->roots && trust->chain
        && (ca_file ? X509_STORE_load_file(trust->roots, ca_file) : X509_STORE_set_default_paths(trust->roots));
    ERR_clear_error();
    if (known) return trust;
    martlet_trust_free(trust);
    return NULL;
}

void martlet_trust_free(martlet_trust *trust) {
    if (!trust) return;
    X509_STORE_free(trust->roots);
    sk_X509_pop_free(trust->chain, X509_free);
    free(trust);
}

int martlet_trust_add(martlet_trust *trust, const uint8_t *der, size_t length) {
    X509 *found = certificate(der, length);
    ERR_clear_error();
    if (!found) return 0;
    if (sk_X509_push(trust->chain, found)) return 1;
    X509_free(found);
    return 0;
}

int martlet_trust_check(martlet_trust *trust, const uint8_t *der, size_t length, int64_t now, int *depth) {
    *depth = 0;
    X509 *leaf = certificate(der, length);
    if (!leaf) { ERR_clear_error(); return MARTLET_TRUST_MALFORMED; }
    int result = MARTLET_TRUST_FAILED;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context && X509_STORE_CTX_init(context, trust->roots, leaf, trust->chain)) {
        X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_time(rules, (time_t)now);
        X509_VERIFY_PARAM_set_depth(rules, 20);
        if (X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SMIME_SIGN)) {
            X509_VERIFY_PARAM_set_trust(rules, X509_TRUST_EMAIL);
            if (X509_verify_cert(context) == 1) {
                result = X509_V_OK;
            } else {
                result = X509_STORE_CTX_get_error(context);
                *depth = X509_STORE_CTX_get_error_depth(context);
                if (result == X509_V_OK) result = MARTLET_TRUST_FAILED;
            }
        }
    }
    X509_STORE_CTX_free(context);
    X509_free(leaf);
    ERR_clear_error();
    return result;
}
