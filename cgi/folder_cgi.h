/* folder_cgi.h: plain CGI answered from the page folder, by platen itself and by platen-cgi. */
#ifndef PLATEN_FOLDER_CGI_H
#define PLATEN_FOLDER_CGI_H

#include "base/err.h"
#include "conf/conf.h"

/* Answers with a page that `program` (pages_program()) has written to the folder. *answered false (and
 * RC_OK): there is none, standard input was not read and nothing was written. */
NODISCARD enum rc folder_cgi(const struct conf *conf, uint64_t program, bool *answered, struct err *err);

#endif
