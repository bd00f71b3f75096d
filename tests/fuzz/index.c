/* For any bytes: an index that names a tree holds that tree's id, and none a little longer or shorter names one. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store-parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

static bool
names_tree(int fd, struct oid *tree)
{
	must(lseek(fd, 0, SEEK_SET) == 0);
	return index_tree(fd, tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("index", MFD_CLOEXEC);
	struct oid tree;

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (names_tree(fd, &tree)) {
		must(memmem(data, size, tree.id, sizeof(tree.id)) != NULL);
		must(ftruncate(fd, (off_t)size + 1) == 0 && !names_tree(fd, &tree));
		must(ftruncate(fd, (off_t)size - 1) == 0 && !names_tree(fd, &tree));
	}
	close(fd);
	return 0;
}
