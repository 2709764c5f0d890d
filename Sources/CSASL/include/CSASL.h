#pragma once
#include <sasl/sasl.h>
/// One server-side exchange of Cyrus SASL that learns a name and a password and believes both: whoever uses it must check them.
/// Confined to one thread at a time.
typedef struct martlet_sasl martlet_sasl;

/// Once, before anything else. Returns SASL_OK or the library's error.
int martlet_sasl_begin(void);
/// The mechanisms that the library has and we can serve, separated by spaces; empty where there are none. Static storage.
const char *martlet_sasl_mechanisms(void);

/// NULL when memory is short. Plaintext mechanisms are refused unless `plaintext` is set.
martlet_sasl *martlet_sasl_new(const char *service, int plaintext);
/// `mechanism` for the first step, NULL afterwards; `input` NULL when there is no response. SASL_CONTINUE, SASL_OK, or an error.
int martlet_sasl_step(martlet_sasl *exchange, const char *mechanism, const char *input, unsigned length, const char **output, unsigned *output_length);
/// What the exchange learned. NULL before it has.
const char *martlet_sasl_user(martlet_sasl *exchange);
const char *martlet_sasl_password(martlet_sasl *exchange, unsigned *length);
/// Wipes and frees.
void martlet_sasl_free(martlet_sasl *exchange);
