#pragma once
#include "martlet_tls.h"
#include <openssl/x509.h>

struct martlet_identity {
    X509 *leaf;
    STACK_OF(X509) *chain;
    EVP_PKEY *key;
};
