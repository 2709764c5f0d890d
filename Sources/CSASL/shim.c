// Cyrus SASL speaks the mechanisms; it never sees our passwords. Its password callback only writes down what the client said, so that nothing
// in here blocks: the slow check follows in Directory, off the loop.
#include "CSASL.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_LIMIT 4096

struct martlet_sasl {
    sasl_conn_t *connection;
    sasl_callback_t callbacks[3];
    char *user;
    char *password;
    unsigned password_length;
};

static void *mutex_new(void) {
    pthread_mutex_t *mutex = malloc(sizeof *mutex);
    if (mutex != NULL && pthread_mutex_init(mutex, NULL) != 0) { free(mutex); mutex = NULL; }
    return mutex;
}
static int mutex_lock(void *mutex) { return pthread_mutex_lock(mutex) == 0 ? 0 : -1; }
static int mutex_unlock(void *mutex) { return pthread_mutex_unlock(mutex) == 0 ? 0 : -1; }
static void mutex_free(void *mutex) { pthread_mutex_destroy(mutex); free(mutex); }

static int no_log(void *context, int level, const char *message) { (void)context; (void)level; (void)message; return SASL_OK; }

static int option(void *context, const char *plugin, const char *name, const char **result, unsigned *length) {
    (void)context; (void)plugin;
    const char *value = NULL;
    if (strcmp(name, "mech_list") == 0) value = "PLAIN LOGIN";
    // No plug-in of that name: passwords come from nowhere but the callback below.
    if (strcmp(name, "auxprop_plugin") == 0) value = "martlet";
    if (strcmp(name, "pwcheck_method") == 0) value = "auxprop";
    if (value == NULL) return SASL_FAIL;
    *result = value;
    if (length != NULL) *length = (unsigned)strlen(value);
    return SASL_OK;
}
// No settings file of the machine changes how we log in.
static int no_configuration(void *context, char **path) {
    (void)context;
    *path = strdup("/nonexistent");
    return *path == NULL ? SASL_NOMEM : SASL_OK;
}

static void wipe(char **text, size_t length) {
    if (*text == NULL) return;
    explicit_bzero(*text, length);
    free(*text);
    *text = NULL;
}

static int remember(sasl_conn_t *connection, void *context, const char *user, const char *password, unsigned length, struct propctx *properties) {
    (void)connection; (void)properties;
    martlet_sasl *exchange = context;
    if (user == NULL || password == NULL || length > SECRET_LIMIT || strlen(user) > SECRET_LIMIT) return SASL_BADAUTH;
    if (exchange->user != NULL) wipe(&exchange->user, strlen(exchange->user));
    wipe(&exchange->password, exchange->password_length);
    exchange->user = strdup(user);
    exchange->password = malloc((size_t)length + 1);
    if (exchange->user == NULL || exchange->password == NULL) return SASL_NOMEM;
    memcpy(exchange->password, password, length);
    exchange->password[length] = 0;
    exchange->password_length = length;
    return SASL_OK;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int begun = SASL_FAIL;
static char mechanisms[256];

static void begin(void) {
    static const sasl_callback_t callbacks[] = {
        { SASL_CB_LOG, (int (*)(void))(void *)no_log, NULL },
        { SASL_CB_GETOPT, (int (*)(void))(void *)option, NULL },
        { SASL_CB_GETCONFPATH, (int (*)(void))(void *)no_configuration, NULL },
        { SASL_CB_LIST_END, NULL, NULL },
    };
    sasl_set_mutex(mutex_new, mutex_lock, mutex_unlock, mutex_free);
    begun = sasl_server_init(callbacks, "martlet");
    if (begun != SASL_OK) return;
    martlet_sasl *exchange = martlet_sasl_new("imap", 1);
    if (exchange == NULL) return;
    const char *list = NULL;
    if (sasl_listmech(exchange->connection, NULL, "", " ", "", &list, NULL, NULL) == SASL_OK && list != NULL) {
        snprintf(mechanisms, sizeof mechanisms, "%s", list);
    }
    martlet_sasl_free(exchange);
}
int martlet_sasl_begin(void) { pthread_once(&once, begin); return begun; }
const char *martlet_sasl_mechanisms(void) { return mechanisms; }

martlet_sasl *martlet_sasl_new(const char *service, int plaintext) {
    martlet_sasl *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) return NULL;
    exchange->callbacks[0] = (sasl_callback_t){ SASL_CB_SERVER_USERDB_CHECKPASS, (int (*)(void))(void *)remember, exchange };
    exchange->callbacks[1] = (sasl_callback_t){ SASL_CB_LIST_END, NULL, NULL };
    if (sasl_server_new(service, "localhost", NULL, NULL, NULL, exchange->callbacks, 0, &exchange->connection) != SASL_OK) {
        free(exchange);
        return NULL;
    }
    sasl_security_properties_t properties = { 0 };
    properties.security_flags = SASL_SEC_NOANONYMOUS | (plaintext ? 0 : SASL_SEC_NOPLAINTEXT);
    sasl_setprop(exchange->connection, SASL_SEC_PROPS, &properties);
    return exchange;
}

int martlet_sasl_step(martlet_sasl *exchange, const char *mechanism, const char *input, unsigned length, const char **output, unsigned *output_length) {
    *output = NULL;
    *output_length = 0;
    if (mechanism != NULL) return sasl_server_start(exchange->connection, mechanism, input, length, output, output_length);
    return sasl_server_step(exchange->connection, input == NULL ? "" : input, length, output, output_length);
}
const char *martlet_sasl_user(martlet_sasl *exchange) { return exchange->user; }
const char *martlet_sasl_password(martlet_sasl *exchange, unsigned *length) {
    *length = exchange->password_length;
    return exchange->password;
}
void martlet_sasl_free(martlet_sasl *exchange) {
    if (exchange == NULL) return;
    if (exchange->connection != NULL) sasl_dispose(&exchange->connection);
    if (exchange->user != NULL) wipe(&exchange->user, strlen(exchange->user));
    wipe(&exchange->password, exchange->password_length);
    free(exchange);
}
