/*
 * The catalogue of messages: M(ID, name, severity, meaning, mend, bad, good), included wherever a
 * list of them is needed. A message added here is provoked under tests/messages/NAME, and is then
 * known to `dossier explain`, to every output format and to dossier-findings(7).
 */

/* ---- files and bytes (archive, record) ---- */
M(UNREADABLE_FILE, "unreadable-file", ERROR,
  "A file could not be read whole.",
  "Mend its permissions, or put a file where a folder stands.",
  "a folder named cases/2026/7/2026-7KQ43.rec", "a readable file of that name")

/* ---- records (record) ---- */

/* ---- expressions (expr) ---- */

/* ---- descriptors (schema) ---- */

/* ---- records against their descriptors (schema) ---- */

/* ---- identifiers that stay out (schema) ---- */

/* ---- the directory (schema) ---- */

/* ---- cases (archive) ---- */

/* ---- commits and pushes (hook) ---- */

/* ---- reports (report) ---- */

/* ---- imports (import) ---- */
