/* banned.h: turns the C library's traps into compile errors. Included last by base.h, after the
 * system headers that declare these names.
 *
 * Unbounded copies: strcpy strcat sprintf vsprintf stpcpy gets. Silent failure: atoi atol atof
 * atoll. Hidden state shared by threads: strtok gmtime localtime ctime asctime strerror rand
 * setlocale. Length confusion: strncpy strncat. Injection: system popen. */
#ifndef PLATEN_BASE_BANNED_H
#define PLATEN_BASE_BANNED_H

#define BANNED(name) platen_does_not_use_##name

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef sprintf  /* with clang and _FORTIFY_SOURCE the C library has macros of these names */
#undef vsprintf
#define strcpy(...) BANNED(strcpy)
#define strcat(...) BANNED(strcat)
#define strncpy(...) BANNED(strncpy)
#define strncat(...) BANNED(strncat)
#define stpcpy(...) BANNED(stpcpy)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(...) BANNED(strtok)
#define atoi(...) BANNED(atoi)
#define atol(...) BANNED(atol)
#define atoll(...) BANNED(atoll)
#define atof(...) BANNED(atof)
#define gmtime(...) BANNED(gmtime)
#define localtime(...) BANNED(localtime)
#define ctime(...) BANNED(ctime)
#define asctime(...) BANNED(asctime)
#define strerror(...) BANNED(strerror)
#define rand(...) BANNED(rand)
#define system(...) BANNED(system)
#define popen(...) BANNED(popen)

#endif
