/* tap: the Test Anything Protocol for tests of one module. */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_n, tap_failed;

static inline bool
ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_n, what);
	if (!good)
		tap_failed++;
	return good;
}

static inline bool
is_text(const char *got, const char *want, const char *what)
{
	bool good = got == want || (got != NULL && want != NULL && strcmp(got, want) == 0);

	if (!ok(good, what))
		printf("# got:  %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return good;
}

static inline bool
is_number(long long got, long long want, const char *what)
{
	if (!ok(got == want, what))
		printf("# got:  %lld\n# want: %lld\n", got, want);
	return got == want;
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_n);
	fflush(stdout);
	return tap_failed != 0;
}

#endif
