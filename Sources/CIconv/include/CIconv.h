#pragma once
#include <iconv.h>
#include <errno.h>
