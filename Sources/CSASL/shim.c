#include "CSASL.h"
