/* qr_print.c: reads a text on each line and prints it as a QR code of '#' and '.', with an empty line after it;
 * run by tests/conformance/qr.test.mjs. */
#include "base/base.h"

#include <stdio.h>

#include "text/qr.h"

int main(void)
{
	static struct qr qr;
	char line[1024];
	struct err err = ERR_INIT;
	while (fgets(line, sizeof line, stdin)) {
		if (qr_encode(str_n(line, strcspn(line, "\n")), &qr, &err) != RC_OK) {
			printf("%s\n\n", err.msg);
			continue;
		}
		for (int i = 0; i < qr.size * qr.size; i++)
			printf("%c%s", qr.dark[i] ? '#' : '.', (i + 1) % qr.size ? "" : "\n");
		printf("\n");
	}
	return 0;
}
