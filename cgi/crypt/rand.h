/* rand.h: unpredictable bytes from the kernel (getrandom), and texts made of them.
 *
 * The kernel's generator cannot fail once it is seeded; should it all the same, the program aborts. */
#ifndef PLATEN_CRYPT_RAND_H
#define PLATEN_CRYPT_RAND_H

#include <stddef.h>
#include <stdint.h>

void rand_fill(void *out, size_t n);
uint64_t rand_u64(void);
uint64_t rand_below(uint64_t limit); /* 0 to limit-1, each as likely; limit > 0 */

/* `out` has room for chars + 1; NUL-terminated. */
void rand_base62(char *out, size_t chars);  /* 5.95 bits a character: tokens, public ids in addresses */
void rand_base32(char *out, size_t chars);  /* 5 bits; lower case without i l o u: to be read aloud */
void rand_hex(char *out, size_t chars);

#define PUBLIC_ID_CHARS 12                  /* 71 bits */
#define SECRET_TOKEN_CHARS 43               /* 256 bits */

#endif
