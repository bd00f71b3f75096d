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

M(NO_CENTRE, "no-centre", ERROR,
  "The repository has no centre.rec, which says whose it is and holds its thresholds.",
  "Bring it back from git, or make a centre with dossier init.",
  "a repository without centre.rec", "centre.rec at the top of the repository")
M(NO_SCHEMA, "no-schema", ERROR,
  "The repository has no schema, so nothing can be checked against it.",
  "Bring schema/case.rec back from git.",
  "a repository without schema/*.rec", "schema/case.rec, as dossier init writes it")
M(RULES_NOT_APPLIED, "rules-not-applied", ERROR,
  "The repository holds process rules, which this version does not apply.",
  "Take the file out until a version that applies it is installed.",
  "a file rules/process.rec", "no folder rules/")

/* ---- records (record) ---- */

/* ---- expressions (expr) ---- */

/* ---- descriptors (schema) ---- */

/* ---- records against their descriptors (schema) ---- */

/* ---- identifiers that stay out (schema) ---- */

/* ---- the directory (schema) ---- */

/* ---- cases (archive) ---- */
M(EMPTY_CASE, "empty-case", ERROR,
  "A case file holds no record.",
  "Begin it with a header, or bring the old text back with git checkout.",
  "# nothing but a comment", "Case: 2026-7KQ43\nOpened: 2026-03-02\nService: advice")
M(NO_HEADER, "no-header", ERROR,
  "The first record of a case file is not its header: it has no field Case.",
  "Begin the file with the header; entries come after a blank line.",
  "Date: 2026-03-02\nKind: request", "Case: 2026-7KQ43\nOpened: 2026-03-02\n\nDate: 2026-03-02\nKind: request")
M(SECOND_HEADER, "second-header", ERROR,
  "A record below the header has a field Case: a file holds one case.",
  "Move it and its entries to a file of its own.",
  "Case: 2026-7KQ43\n\nCase: 2026-8MNP0", "Case: 2026-7KQ43\n\nDate: 2026-03-02\nKind: request")
M(CASE_ID_FORM, "case-id-form", ERROR,
  "A case id is not written YYYY-XXXXC.",
  "Write the id that the file's name says, or let dossier new make one.",
  "Case: 26-7KQ43", "Case: 2026-7KQ43")
M(CASE_ID_CHECK, "case-id-check", ERROR,
  "The last symbol of a case id does not fit the others: something in it is mistyped.",
  "Compare the id symbol by symbol with where you have it from.",
  "Case: 2026-7KQ44", "Case: 2026-7KQ43")
M(CASE_PATH, "case-path", ERROR,
  "A case does not stand in the file that its id asks for.",
  "Move the file to cases/YYYY/X/ID.rec, X being the first symbol after the hyphen.",
  "Case: 2026-7KQ43 in cases/2026/8/2026-8MNP0.rec", "Case: 2026-7KQ43 in cases/2026/7/2026-7KQ43.rec")
M(DUPLICATE_CASE, "duplicate-case", ERROR,
  "Two files hold the same case id.",
  "Give one of them an id of its own; dossier new makes one.",
  "Case: 2026-7KQ43 in two files", "each id in one file")
M(UNKNOWN_KIND, "unknown-kind", ERROR,
  "An entry's Kind is not one that the schema describes.",
  "Write one of the kinds of schema/case.rec.",
  "Kind: consnet", "Kind: consent")
M(STRAY_FILE, "stray-file", WARNING,
  "A file below cases/ is no case.",
  "Move it out of cases/, or remove it.",
  "cases/2026/notes.txt", "cases/2026/7/2026-7KQ43.rec")
M(NO_SUCH_CASE, "no-such-case", ERROR,
  "A case was named that is not there, or a beginning that several ids share.",
  "Name it by its id, a longer beginning of it, or its file; dossier list shows them.",
  "dossier show 2026-7KQ44", "dossier show 2026-7K")

/* ---- commits and pushes (hook) ---- */

/* ---- reports (report) ---- */

/* ---- imports (import) ---- */
