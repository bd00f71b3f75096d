/*
 * cache hides how what was computed once from an object of git is kept for the next time: in files that may be deleted,
 * cut off, damaged at any byte, written by several processes at once or by another version of the program, and then
 * are as good as empty. What cache_get hands out is what cache_put was given, or nothing.
 *
 * A file belongs to a key: a text that names everything but the object on which the bytes depend. Nothing here ends the
 * program: a cache that cannot be read or written is none.
 */
#ifndef CACHE_H
#define CACHE_H

#include "base.h"
#include "store.h"

struct cache;

/* What is kept under that key; the key is copied. */
struct cache *cache_new(struct str key);
void cache_free(struct cache *cache);
/* False when there is nothing, or what there is was damaged (then it is forgotten). Good until cache_free. */
bool cache_get(struct cache *cache, const struct oid *oid, struct str *bytes);
/* Keeps a copy, in place of what was there. */
void cache_put(struct cache *cache, const struct oid *oid, struct str bytes);

/* To and from the bytes of a file: only what is whole and of this key is read. What was asked for or put lately comes first;
 * what goes beyond `limit` bytes is left out. */
void cache_read(struct cache *cache, struct str bytes);
void cache_write(const struct cache *cache, size_t limit, struct buf *out);

/* The same with the file of that key in a folder, which is made. When nothing changed nothing is written. A file is replaced
 * at once, so others see the old or the new one; beyond `limit` bytes in the folder, files last used longest ago go. */
void cache_load(struct cache *cache, const char *folder);
void cache_save(struct cache *cache, const char *folder, size_t limit);

#endif
