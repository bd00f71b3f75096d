/*
 * The cache's reader: from whatever bytes it takes, what it hands out is what is written and read again, and what was
 * put afterwards is there.
 */
#include "cache.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cache *cache = cache_new(STR("key")), *again = cache_new(STR("key"));
	struct str bytes = { (const char *)data, n }, got, twice;
	struct buf out = BUF_INIT;
	struct oid ids[4];
	bool found[4];
	size_t i;

	memset(ids, 0, sizeof(ids));
	for (i = 0; i < 4; i++)
		ids[i].id[0] = (unsigned char)i;
	cache_put(cache, &ids[1], STR("one"));
	cache_read(cache, bytes);
	for (i = 0; i < 4; i++)
		found[i] = cache_get(cache, &ids[i], &got);
	cache_put(cache, &ids[3], STR("three"));
	assert(cache_get(cache, &ids[3], &got) && str_is(got, "three"));
	found[3] = true;
	cache_write(cache, SIZE_MAX, &out);
	cache_read(again, buf_view(&out));
	for (i = 0; i < 4; i++) {
		assert(cache_get(again, &ids[i], &twice) == found[i]);
		assert(!found[i] || (cache_get(cache, &ids[i], &got) && str_eq(got, twice)));
	}
	buf_release(&out);
	cache_free(cache);
	cache_free(again);
	return 0;
}
