#pragma once
#include <ares.h>
#include <ares_nameser.h>
#include "martlet_ares.h"
