/* The commands, in the order of dossier(1): C(symbol) for each cmd-NAME.c. A command is added here and nowhere else. */
C(init)
C(check)
C(show)
C(report)
C(explain)
C(cat)
C(hook)
C(help)
