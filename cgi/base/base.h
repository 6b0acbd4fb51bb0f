/* base.h: what every C file of Platen includes first. */
#ifndef PLATEN_BASE_BASE_H
#define PLATEN_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/err.h"
#include "base/str.h"
#include "base/mem.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/banned.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
