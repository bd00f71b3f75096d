/*
 * setup hides what makes a repository ready for work: where this program and its files are installed, which hooks
 * a clone and a shared repository have, and git's settings there. init makes it so, doctor looks whether it is.
 */
#ifndef SETUP_H
#define SETUP_H

#include "base.h"
#include "store.h"

/* This program's file. */
const char *setup_program(struct arena *arena);
/* A folder of the installation, "templates" or "hooks": what the environment says (DOSSIER_TEMPLATES,
 * DOSSIER_HOOKS), else beside the build, else below PREFIX. Dies when it is nowhere. */
const char *setup_folder(const char *name, struct arena *arena);

/* NULL-terminated. */
extern const char *const setup_clone_hooks[], *const setup_shared_hooks[];

enum hook_state {
	HOOK_CURRENT,
	HOOK_MISSING,
	HOOK_STALE, /* ours, of another version or for another program */
	HOOK_IDLE, /* ours, but not executable: git skips it */
	HOOK_FOREIGN, /* somebody else's */
};

/* The folder in which git looks for hooks, absolute. */
const char *setup_hooks_folder(struct store *store, struct arena *arena);
enum hook_state setup_hook_state(const char *folder, const char *hook, struct arena *arena);
/* Writes it over a missing, stale or idle one. 0 or an errno. */
int setup_install_hook(const char *folder, const char *hook, struct arena *arena);

struct setting {
	const char *name, *value;
	const char *why;
};

/* End with a zero name. */
extern const struct setting setup_clone_settings[], setup_shared_settings[];
/* Sets it in the repository's own configuration. */
void setup_set(struct store *store, const struct setting *setting);

#endif
