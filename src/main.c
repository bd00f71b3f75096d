/* main: from argv to a command; `dossier-NAME` in PATH is a command too, as with git. */
#define _GNU_SOURCE
#include "command.h"

int
main(int argc, char **argv)
{
	return command_main(argc, argv);
}
