#include "CCAres.h"
