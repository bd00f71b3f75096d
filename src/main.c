/* From argv to a command. Any dossier-NAME in PATH is a command too, as with git. */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct command *const commands[] = {
#define C(symbol) &cmd_##symbol,
#include "commands.h"
#undef C
	NULL,
};

static const struct command *
command_named(const char *name)
{
	size_t i;

	for (i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* What is opened later must not take the place of a standard stream that is closed, and be written to as one. */
static void
open_streams(void)
{
	static const int how[] = { O_RDONLY, O_RDONLY, O_WRONLY };
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", how[fd]);
}

static void
run_external(struct run *run, int argc, char **argv)
{
	char *name = NULL, **args = xcalloc((size_t)argc + 1, sizeof(*args));

	if (strchr(argv[0], '/') != NULL || asprintf(&name, "dossier-%s", argv[0]) < 0)
		return;
	memcpy(args, argv, (size_t)argc * sizeof(*args));
	args[0] = name;
	if (strcmp(run->dir, ".") != 0 && chdir(run->dir) != 0)
		die("cannot go to '%s': %s", run->dir, strerror(errno));
	execvp(name, args);
	/* EACCES also stands for a folder of PATH that may not be searched. */
	if (errno != ENOENT && errno != EACCES && errno != ENOTDIR)
		die("cannot run '%s': %s", name, strerror(errno));
	free(name);
	free(args);
}

static void
unknown_command(const char *name)
{
	struct str list[64], near;
	size_t i, n = 0;

	for (i = 0; commands[i] != NULL && n < 64; i++)
		if (!commands[i]->hidden)
			list[n++] = str_of(commands[i]->name);
	near = nearest(str_of(name), list, n);
	if (near.p != NULL)
		die("there is no command '%s'; did you mean 'dossier %.*s'?", name, STRF(near));
	die("there is no command '%s'; 'dossier help' lists them", name);
}

int
main(int argc, char **argv)
{
	const struct command *command;
	static struct run run; /* what it points to lives as long as the program */
	int used, status;

	open_streams();
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error like a full disk */
	run_init(&run, argc > 0 ? argv[0] : "dossier");
	argc--;
	argv++;
	if (argc > 0 && (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0)) {
		puts(version);
		flush_output();
		return 0;
	}
	used = parse_common(&run, argc, argv);
	argc -= used;
	argv += used;
	if (argc == 0 || run.help) {
		status = cmd_help.run(&run);
		flush_output();
		return argc == 0 && !run.help ? 2 : status;
	}
	command = command_named(argv[0]);
	if (command == NULL) {
		run_external(&run, argc, argv);
		unknown_command(argv[0]);
	}
	parse_options(&run, command, argc - 1, argv + 1);
	status = command->run(&run);
	flush_output();
	return status;
}
