/*
 * run [-n RUNS] [-t SECONDS] [-p PREPARE] [-P PREPARE] OURS [THEIRS]
 *
 * Runs two commands in turn, at most RUNS times each and for about SECONDS, and prints the shortest time of each in
 * seconds and its largest memory in KiB: "OURS KIB THEIRS KIB". -p and -P are run before each, untimed; when
 * only -p is given it prepares for both, which then run equally often. Output goes nowhere. A command of plain
 * words is started directly, others by the shell. Status 1 when one does not end with status 0.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct side {
	char *command, *prepare;
	double best, total;
	long kib;
	int runs;
};

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
run_words(char *command)
{
	char *words[64], *rest = NULL;
	int n = 0;

	if (strpbrk(command, "'\"$|&;<>*?()`\\~") != NULL) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		return;
	}
	for (words[0] = strtok_r(command, " ", &rest); n < 62 && words[n] != NULL;)
		words[++n] = strtok_r(NULL, " ", &rest);
	words[n] = NULL;
	execvp(words[0], words);
}

static int
run(char *command, struct rusage *usage)
{
	pid_t child = fork();
	int status = 0, nowhere;

	if (child == 0) {
		nowhere = open("/dev/null", O_RDWR);
		dup2(nowhere, 0);
		dup2(nowhere, 1);
		if (getenv("BENCH_LOUD") == NULL)
			dup2(nowhere, 2);
		run_words(command);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, usage) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
must_run(char *command, struct rusage *usage)
{
	char *copy = strdup(command);
	int status = run(copy, usage);

	free(copy);
	if (status != 0) {
		fprintf(stderr, "run: status %d: %s\n", status, command);
		exit(1);
	}
}

static void
measure(struct side *side)
{
	struct rusage usage;
	double begun, took;

	if (side->prepare != NULL)
		must_run(side->prepare, &usage);
	begun = now();
	must_run(side->command, &usage);
	took = now() - begun;
	if (side->runs++ == 0 || took < side->best)
		side->best = took;
	side->total += took;
	if (usage.ru_maxrss > side->kib)
		side->kib = usage.ru_maxrss;
}

static bool
has_time(const struct side *side, double most)
{
	return side->total + side->best < most;
}

int
main(int argc, char **argv)
{
	struct side sides[2] = { { 0 }, { 0 } };
	double most = 10;
	bool paired;
	int option, runs = 10, i, k;

	while ((option = getopt(argc, argv, "n:t:p:P:")) != -1)
		switch (option) {
		case 'n': runs = (int)strtol(optarg, NULL, 10); break;
		case 't': most = strtod(optarg, NULL); break;
		case 'p': sides[0].prepare = optarg; break;
		case 'P': sides[1].prepare = optarg; break;
		default: return 2;
		}
	if (optind == argc)
		return 2;
	for (k = 0; k < 2 && optind + k < argc; k++)
		sides[k].command = argv[optind + k];
	paired = sides[0].prepare != NULL && sides[1].prepare == NULL;
	for (i = 0; i < runs; i++) {
		if (paired && i > 0 && (!has_time(&sides[0], most) || !has_time(&sides[1], most)))
			break;
		for (k = 0; k < 2; k++)
			if (sides[k].command != NULL && (paired || i == 0 || has_time(&sides[k], most)))
				measure(&sides[k]);
	}
	printf("%.6f %ld %.6f %ld\n", sides[0].best, sides[0].kib, sides[1].best, sides[1].kib);
	return 0;
}
