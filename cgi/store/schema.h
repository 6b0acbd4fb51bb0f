/* schema.h: the migrations of schema/ as the build put them into the program. */
#ifndef PLATEN_STORE_SCHEMA_H
#define PLATEN_STORE_SCHEMA_H

#include "db/migrate.h"

extern const struct db_schema schema_site;    /* site.db */
extern const struct db_schema schema_traffic; /* traffic.db */

#endif
