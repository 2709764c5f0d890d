// Certificates and keys: out of PEM text, and self-signed ones into it.
#include "identity.h"
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONGEST_CHAIN = 16 };

/// There is nobody to ask: says so instead of reading the terminal.
static int no_password(char *buffer, int size, int writing, void *asked) {
    (void)buffer; (void)size; (void)writing;
    *(int *)asked = 1;
    return -1;
}

static int read_chain(martlet_identity *identity, const void *text, size_t length) {
    BIO *bio = BIO_new_mem_buf(text, (int)length);
    if (bio == NULL) return MARTLET_IDENTITY_BAD_CERTIFICATE;
    int problem = MARTLET_IDENTITY_OK;
    for (int count = 0;; count++) {
        ERR_clear_error();
        X509 *next = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (next == NULL) {
            int ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            if (!ended) problem = MARTLET_IDENTITY_BAD_CERTIFICATE;
            else if (count == 0) problem = MARTLET_IDENTITY_NO_CERTIFICATE;
            break;
        }
        if (count == 0) { identity->leaf = next; continue; }
        if (count > LONGEST_CHAIN || !sk_X509_push(identity->chain, next)) { X509_free(next); problem = MARTLET_IDENTITY_TOO_LONG; break; }
    }
    BIO_free(bio);
    return problem;
}

static int read_key(martlet_identity *identity, const void *text, size_t length) {
    BIO *bio = BIO_new_mem_buf(text, (int)length);
    if (bio == NULL) return MARTLET_IDENTITY_NO_KEY;
    int asked = 0;
    identity->key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
    BIO_free(bio);
    if (identity->key == NULL) return asked ? MARTLET_IDENTITY_KEY_ENCRYPTED : MARTLET_IDENTITY_NO_KEY;
    return X509_check_private_key(identity->leaf, identity->key) == 1 ? MARTLET_IDENTITY_OK : MARTLET_IDENTITY_KEY_MISMATCH;
}

martlet_identity *martlet_identity_new(const void *chain, size_t chain_length, const void *key, size_t key_length, int *problem) {
    *problem = MARTLET_IDENTITY_TOO_LONG;
    if (chain_length > INT_MAX || key_length > INT_MAX) return NULL;
    martlet_identity *identity = calloc(1, sizeof *identity);
    if (identity == NULL) return NULL;
    identity->chain = sk_X509_new_null();
    *problem = identity->chain == NULL ? MARTLET_IDENTITY_BAD_CERTIFICATE : read_chain(identity, chain, chain_length);
    if (*problem == MARTLET_IDENTITY_OK) *problem = read_key(identity, key, key_length);
    ERR_clear_error();
    if (*problem == MARTLET_IDENTITY_OK) return identity;
    martlet_identity_free(identity);
    return NULL;
}

void martlet_identity_free(martlet_identity *identity) {
    if (identity == NULL) return;
    X509_free(identity->leaf);
    sk_X509_pop_free(identity->chain, X509_free);
    EVP_PKEY_free(identity->key);
    free(identity);
}

static int copy_name(const unsigned char *text, int length, char *name, size_t capacity) {
    // A NUL inside would make the name another one to whoever reads it as C text.
    if (length <= 0 || (size_t)length > capacity || memchr(text, 0, (size_t)length) != NULL) return 0;
    memcpy(name, text, (size_t)length);
    return length;
}

int martlet_identity_name(const martlet_identity *identity, int index, char *name, size_t capacity) {
    GENERAL_NAMES *names = X509_get_ext_d2i(identity->leaf, NID_subject_alt_name, NULL, NULL);
    int written = -1;
    if (names == NULL) {
        X509_NAME *subject = X509_get_subject_name(identity->leaf);
        int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
        if (index == 0 && place >= 0) {
            ASN1_STRING *text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place));
            written = copy_name(ASN1_STRING_get0_data(text), ASN1_STRING_length(text), name, capacity);
        }
    } else if (index < sk_GENERAL_NAME_num(names)) {
        int kind = 0;
        ASN1_STRING *text = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &kind);
        written = 0;
        if (kind == GEN_DNS) written = copy_name(ASN1_STRING_get0_data(text), ASN1_STRING_length(text), name, capacity);
        if (kind == GEN_IPADD && capacity >= INET6_ADDRSTRLEN) {
            int family = ASN1_STRING_length(text) == 4 ? AF_INET : ASN1_STRING_length(text) == 16 ? AF_INET6 : 0;
            if (family != 0 && inet_ntop(family, ASN1_STRING_get0_data(text), name, (socklen_t)capacity) != NULL) written = (int)strlen(name);
        }
    }
    GENERAL_NAMES_free(names);
    ERR_clear_error();
    return written;
}

int64_t martlet_identity_not_after(const martlet_identity *identity) {
    struct tm time;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(identity->leaf), &time) != 1) return 0;
    return (int64_t)timegm(&time);
}

int martlet_identity_fingerprint(const martlet_identity *identity, uint8_t digest[32]) {
    unsigned length = 0;
    return X509_digest(identity->leaf, EVP_sha256(), digest, &length) == 1 && length == 32;
}

int martlet_identity_key_digest(const martlet_identity *identity, uint8_t digest[32]) {
    uint8_t *key = NULL;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(identity->leaf), &key);
    if (length <= 0) return 0;
    unsigned count = 0;
    int done = EVP_Digest(key, (size_t)length, digest, &count, EVP_sha256(), NULL) == 1 && count == 32;
    OPENSSL_free(key);
    return done;
}

static int add_extension(X509 *certificate, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    int added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static int set_serial(X509 *certificate) {
    uint8_t random[16];
    if (RAND_bytes(random, sizeof random) != 1) return 0;
    random[0] = (uint8_t)((random[0] & 0x3f) | 0x40);  // positive, and of full length (RFC 5280 §4.1.2.2)
    BIGNUM *number = BN_bin2bn(random, sizeof random, NULL);
    int set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return set;
}

static int take_text(BIO *bio, char *text, size_t *length) {
    char *memory = NULL;
    long count = BIO_get_mem_data(bio, &memory);
    if (count <= 0 || (size_t)count > *length) return 0;
    memcpy(text, memory, (size_t)count);
    *length = (size_t)count;
    return 1;
}

int martlet_self_signed(const char *common_name, const char *names, int64_t not_before, int64_t not_after, char *certificate, size_t *certificate_length,
                        char *key, size_t *key_length) {
    ERR_clear_error();
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    BIO *certificate_text = BIO_new(BIO_s_mem()), *key_text = BIO_new(BIO_s_mem());
    int done = 0;
    if (pair != NULL && made != NULL && certificate_text != NULL && key_text != NULL) {
        X509_NAME *subject = X509_get_subject_name(made);
        done = X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made)
            && ASN1_TIME_set(X509_getm_notBefore(made), (time_t)not_before) != NULL && ASN1_TIME_set(X509_getm_notAfter(made), (time_t)not_after) != NULL
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) == 1
            && X509_set_issuer_name(made, subject) == 1 && X509_set_pubkey(made, pair) == 1
            // CA:TRUE lets a client that has it in its list of authorities trust it, whatever library it uses.
            && add_extension(made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") && add_extension(made, NID_subject_key_identifier, "hash")
            && add_extension(made, NID_key_usage, "critical,digitalSignature,keyCertSign") && add_extension(made, NID_ext_key_usage, "serverAuth")
            && add_extension(made, NID_subject_alt_name, names) && X509_sign(made, pair, EVP_sha256()) > 0
            && PEM_write_bio_X509(certificate_text, made) == 1 && PEM_write_bio_PKCS8PrivateKey(key_text, pair, NULL, NULL, 0, NULL, NULL) == 1
            && take_text(certificate_text, certificate, certificate_length) && take_text(key_text, key, key_length);
    }
    EVP_PKEY_free(pair);
    X509_free(made);
    BIO_free(certificate_text);
    BIO_free(key_text);
    ERR_clear_error();
    return done ? 0 : -1;
}
