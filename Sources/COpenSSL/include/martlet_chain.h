// Whether certificates for mail lead to an authority. Policy (purpose, depth) is here, in one place.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The authorities that are believed, and certificates that may lie between.
typedef struct martlet_trust martlet_trust;
/// The authorities of CA_FILE, or those of the system when that is NULL. NULL when they cannot be read.
martlet_trust *martlet_trust_new(const char *ca_file);
void martlet_trust_free(martlet_trust *trust);
/// One certificate in DER that may lie between; believed by itself it is not. 0 when it is none.
int martlet_trust_add(martlet_trust *trust, const uint8_t *der, size_t length);

enum { MARTLET_TRUST_MALFORMED = -1, MARTLET_TRUST_FAILED = -2 };
/// X509_V_OK for a certificate in DER that may sign mail at NOW (seconds since 1970); else why not, and how far up from it the fault lies. Or one of the above.
int martlet_trust_check(martlet_trust *trust, const uint8_t *der, size_t length, int64_t now, int *depth);
