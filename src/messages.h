/*
 * The catalogue of messages: M(ID, name, severity, meaning, mend, bad, good), included wherever a
 * list of them is needed. A message added here is provoked under tests/messages/NAME, and is then
 * known to `dossier explain`, to every output format and to dossier-findings(7).
 */

/* ---- files and bytes (archive, record) ---- */
M(UNREADABLE_FILE, "unreadable-file", ERROR,
  "A file could not be read whole, or is not there.",
  "Mend its permissions or its name, or put a file where a folder or a link stands.",
  "a folder named cases/2026/7/2026-7KQ43.rec", "a readable file of that name")

M(NO_CENTRE, "no-centre", ERROR,
  "The repository has no centre.rec, which says whose it is and holds its thresholds.",
  "Bring it back from git, or make a centre with dossier init.",
  "a repository without centre.rec", "centre.rec at the top of the repository")
M(NO_SCHEMA, "no-schema", ERROR,
  "The repository has no schema, or none of cases or entries, so nothing can be checked against it.",
  "Bring schema/case.rec back from git.",
  "a repository without schema/*.rec", "schema/case.rec, as dossier init writes it")

/* ---- records (record) ---- */
M(FILE_TOO_LARGE, "file-too-large", ERROR,
  "A file is larger than any file of records is, and was not read.",
  "Divide it, or take out what does not belong in it.",
  "a case file of 70 MB", "a case file of some KB")
M(TOO_MANY_FIELDS, "too-many-fields", ERROR,
  "A record or a file holds more fields than any does, and was not read.",
  "Put an empty line between records, or take out what does not belong.",
  "10001 lines 'Note: x' without an empty line", "Note: x\n+ more of it")
M(BINARY_FILE, "binary-file", ERROR,
  "A file of records holds no text but a document, picture or archive.",
  "Take it out of the repository; a case file is plain UTF-8 text.",
  "a letter.docx renamed to 2026-7KQ43.rec", "Case: 2026-7KQ43")
M(NUL_BYTE, "nul-byte", ERROR,
  "A byte 0 stands in text; other programs would read no further.",
  "Delete it, or copy the file again from where it came.",
  "Text: left<00>over", "Text: left over")
M(CARRIAGE_RETURN, "carriage-return", ERROR,
  "Lines end in CR LF, or a carriage return stands inside one.",
  "Let the editor write LF line ends, or convert with sed -i 's/\\r$//' FILE.",
  "Case: 2026-7KQ43<CR>", "Case: 2026-7KQ43")
M(BYTE_ORDER_MARK, "byte-order-mark", ERROR,
  "The invisible character U+FEFF begins the file or stands in it.",
  "Save the file as UTF-8 without byte order mark.",
  "<U+FEFF>Case: 2026-7KQ43", "Case: 2026-7KQ43")
M(CONTROL_CHARACTER, "control-character", ERROR,
  "A control character other than tab and line feed stands in text.",
  "Delete it.",
  "Text: bell<U+0007>", "Text: bell")
M(BIDIRECTIONAL_CHARACTER, "bidirectional-character", ERROR,
  "An invisible character changes the order in which text is shown, so that a reader sees other text than what stands there.",
  "Delete it.",
  "Decision: given<U+202E>", "Decision: given")
M(INVALID_UTF8, "invalid-utf8", ERROR,
  "A byte is not part of any UTF-8 character: the file has another encoding or was damaged.",
  "Save the file as UTF-8, or convert it with iconv.",
  "Text: caf<0xE9>", "Text: caf\303\251")
M(MERGE_CONFLICT, "merge-conflict", ERROR,
  "The markers of a merge conflict stand in the file.",
  "Keep the lines that are right and delete the markers.",
  "<<<<<<< HEAD\nSeverity: low\n=======\nSeverity: high\n>>>>>>> theirs", "Severity: high")
M(MISSING_COLON, "missing-colon", ERROR,
  "A line begins with the name of a field, but no colon follows.",
  "Write 'Name: value'.",
  "Date 2026-03-04", "Date: 2026-03-04")
M(MISSING_PLUS, "missing-plus", ERROR,
  "A line is neither a field nor a comment nor the continuation of a value.",
  "Begin each further line of a value with '+ ', also an empty one ('+').",
  "Text: The first line\nand the second", "Text: The first line\n+ and the second")
M(FIELD_NAME, "field-name", ERROR,
  "What stands before a colon is no field name: a letter, then letters, digits and '_', then the colon at once.",
  "Write the name in that form.",
  "Date of : 2026-03-04\nDate-of-call: x", "Date_of_call: x")
M(STRAY_CONTINUATION, "stray-continuation", ERROR,
  "A line begins with '+' but no value stands directly above it to continue.",
  "Write '+' on the empty line between, move the comment between away, or name the field.",
  "Text: a\n\n+ b", "Text: a\n+\n+ b")
M(INDENTED_LINE, "indented-line", ERROR,
  "A line inside a record begins with a blank.",
  "Begin it with the field's name, or with '+ ' if it continues a value.",
  "Case: 2026-7KQ43\n  Opened: 2026-03-02", "Case: 2026-7KQ43\nOpened: 2026-03-02")
M(TRAILING_BACKSLASH, "trailing-backslash", WARNING,
  "A backslash ends a line of a value, which joins the next line to it.",
  "Write the value on one line, or begin the next line with '+ '.",
  "Text: one \\\ntwo", "Text: one two")

/* ---- expressions (expr) ---- */
M(BAD_EXPRESSION, "bad-expression", ERROR,
  "A selection expression cannot be read.",
  "Mend it where the caret stands; dossier-expr(5) describes the language.",
  "Kind = 'consent", "Kind = 'consent'")
M(MIXED_OPERATORS, "mixed-operators", ERROR,
  "Two operators stand together whose order is easily taken for another.",
  "Put parentheses around what belongs together.",
  "#A || #B && #C", "#A || (#B && #C)")
M(WRONG_OPERAND, "wrong-operand", ERROR,
  "An operator stands beside a value that it cannot work with.",
  "Use = for text, < and > for numbers, == << >> for dates, ~ for a pattern in quotes.",
  "Kind == 'consent'", "Kind = 'consent'")
M(BAD_PATTERN, "bad-pattern", ERROR,
  "A pattern is not a valid regular expression.",
  "Mend it where the caret stands; pcre2pattern(3) describes patterns.",
  "Text ~ '('", "Text ~ '[(]'")
M(NUMBER_NEEDED, "number-needed", ERROR,
  "An expression needs a number where a field holds other text; the comparison counts as false.",
  "Write a number in the field, or compare text with = or ~.",
  "Hours: two", "Hours: 2")
M(DATE_NEEDED, "date-needed", ERROR,
  "An expression needs a date where a field holds other text; the comparison counts as false.",
  "Write the date as YYYY-MM-DD.",
  "Due: soon", "Due: 2026-03-09")
M(BAD_ARITHMETIC, "bad-arithmetic", ERROR,
  "An expression divides by zero, or its result has no exact number; the comparison counts as false.",
  "Ask first whether the divisor is 0.",
  "Hours / 0 > 1", "Days != 0 && Hours / Days > 1")
M(TOO_COSTLY, "too-costly", ERROR,
  "An expression takes too long on a value, so it was given up; the comparison counts as false.",
  "Simplify the pattern, or compare fewer repeated fields at once.",
  "Text ~ '(a+)+$'", "Text ~ 'a+$'")

M(NO_SUCH_FIELD, "no-such-field", ERROR,
  "An expression on the command line names a field that the schema does not know, so it would only ever be missing.",
  "Mend the name, or put quotes around it when it is a text.",
  "dossier list -e \"Kind = consent\"", "dossier list -e \"Kind = 'consent'\"")

M(NO_SUCH_VALUE, "no-such-value", ERROR,
  "An expression on the command line compares a field with a text that it never is, so it would find nothing and not say why. "
  "A pattern that matches none of the words that the field can be, and a key that no record of the directory has, are "
  "warnings: that is how a faulty value is looked for.",
  "Mend the text. To look for a value that 'dossier check' finds fault with, use a pattern: Service ~ '^advise$'.",
  "dossier list -e \"Service = 'advise'\"", "dossier list -e \"Service = 'advice'\"")

/* ---- descriptors (schema) ---- */
M(UNKNOWN_SPECIAL, "unknown-special-field", ERROR,
  "A descriptor has a field that is not one of the special fields.",
  "Write the special field that was meant; a misspelt one would silently do nothing.",
  "%rec: consent\n%mandatry: Decision", "%rec: consent\n%mandatory: Decision")
M(BAD_SPECIAL, "bad-special-field", ERROR,
  "A special field of a descriptor cannot be understood, or cannot hold where it stands.",
  "Write it as dossier-schema(5) shows.",
  "%key: Code Name", "%key: Code")
M(DESCRIPTOR_TWICE, "duplicate-descriptor", ERROR,
  "Two descriptors describe one record type.",
  "Join them to one.",
  "%rec: consent\n\n%rec: consent", "%rec: consent")
M(BAD_TYPE, "bad-type", ERROR,
  "The words of a type are wrong: a range reversed, an enum empty or with a word twice, a regexp that cannot be read.",
  "Write the type as dossier-schema(5) shows.",
  "%type: Hours range 10 0", "%type: Hours range 0 10")
M(TYPE_TWICE, "duplicate-type", ERROR,
  "One descriptor gives a field, or a typedef, two types.",
  "Keep one of them.",
  "%type: Hours int\n%type: Hours real", "%type: Hours real")
M(UNKNOWN_TYPE, "unknown-type", ERROR,
  "A type has a name that is neither built in nor defined by a typedef.",
  "Write the type that was meant, or define it with %typedef.",
  "%type: Opened dat", "%type: Opened date")
M(TYPEDEF_LOOP, "typedef-loop", ERROR,
  "A typedef is defined by itself, directly or through others.",
  "Let the last of them name a built-in type.",
  "%typedef: Hours_t Time_t\n%typedef: Time_t Hours_t", "%typedef: Hours_t Time_t\n%typedef: Time_t real")
M(CONTRADICTION, "contradiction", ERROR,
  "A field is mandatory and prohibited at once, in one descriptor or in Entry and a kind.",
  "Take one of the two out.",
  "%mandatory: Text\n%prohibit: Text", "%mandatory: Text")
M(UNKNOWN_TARGET, "unknown-record-type", ERROR,
  "A record type is named that the schema does not describe, or that has no key to refer to.",
  "Write the type that was meant, or describe it under schema/.",
  "%type: Municipality rec Municipalty", "%type: Municipality rec Municipality")
M(UNKNOWN_NAME, "unknown-name", ERROR,
  "A constraint names a field that its record type does not have.",
  "Write the field that was meant: a constraint on a field that never is there says nothing.",
  "%allowed: Hours\n%constraint: Huors < 24", "%allowed: Hours\n%constraint: Hours < 24")


/* ---- records against their descriptors (schema) ---- */
M(UNKNOWN_FIELD, "unknown-field", ERROR,
  "A record has a field that its descriptor does not name.",
  "Write the field that was meant, or add it to the descriptor.",
  "Kind: consent\nDecison: given", "Kind: consent\nDecision: given")
M(MISSING_FIELD, "missing-field", ERROR,
  "A field that must be there is not, or is empty.",
  "Add it.",
  "Kind: consent\nFrom: mother", "Kind: consent\nFrom: mother\nDecision: given")
M(REPEATED_FIELD, "repeated-field", ERROR,
  "A field that may stand once stands twice.",
  "Keep one of them.",
  "Decision: given\nDecision: refused", "Decision: refused")
M(PROHIBITED_FIELD, "prohibited-field", ERROR,
  "A record has a field that may not stand in it.",
  "Take it out.",
  "%prohibit: Name\n\nName: X", "no field Name")
M(BAD_VALUE, "bad-value", ERROR,
  "A value is not of its field's type.",
  "Write a value of the type that the message names.",
  "Hours: a few", "Hours: 1.5")
M(UNKNOWN_CHOICE, "unknown-choice", ERROR,
  "A value is not one of those that may be chosen.",
  "Choose one of those that the message lists, in the same letters.",
  "Decision: gven", "Decision: given")
M(BAD_DATE, "bad-date", ERROR,
  "A date is not written YYYY-MM-DD, or there is no such day.",
  "Write the day as YYYY-MM-DD.",
  "Date: 2026-02-30", "Date: 2026-02-28")
M(UNKNOWN_REFERENCE, "unknown-reference", ERROR,
  "A value refers to a record that the directory does not hold.",
  "Write the key of a record that is there, or add the record.",
  "Municipality: GM9999", "Municipality: GM0344")
M(NOT_VALID_THEN, "not-valid-then", ERROR,
  "A value refers to a record that did not hold yet, or no more, on that date.",
  "Write the record that held on that date, or mend the date.",
  "Date: 2026-03-04\nBy: a member of staff who left in 2025", "By: somebody who was there")
M(BROKEN_CONSTRAINT, "broken-constraint", ERROR,
  "A record does not satisfy a constraint of its descriptor.",
  "Change the fields that the constraint names.",
  "%constraint: Hours < 24\n\nHours: 30", "Hours: 3")
M(NOT_ENCRYPTED, "not-encrypted", ERROR,
  "A confidential field holds plain text.",
  "Encrypt it with recfix --encrypt, or take it out.",
  "%confidential: Password\n\nPassword: x", "Password: encrypted-...")


/* ---- identifiers that stay out (schema) ---- */
M(BAD_IDENTIFIER, "bad-identifier", ERROR,
  "An Identifier record of the schema cannot be used.",
  "Mend it as dossier-schema(5) shows; until then nothing is looked for.",
  "Identifier: x\nPattern: (", "Identifier: x\nPattern: [0-9]{9}")
M(IDENTIFIER, "identifier", ERROR,
  "Text holds what tells who somebody is. The severity is that of the Identifier record.",
  "Take it out; a label or a key says enough. Where it may stand, say why: Allow: NAME REASON.",
  "Text: call her on 06-12345678", "Text: call the mother")
M(BAD_ALLOWANCE, "bad-allowance", ERROR,
  "An Allow field names no identifier, gives no reason, or excuses what nothing excuses.",
  "Write the identifier's name, then the reason.",
  "Allow: telephone", "Allow: telephone the helpline's public number")
M(PATTERN_LIMIT, "pattern-limit", WARNING,
  "Looking for an identifier in a text took too long, and was given up.",
  "Make the pattern simpler.",
  "Pattern: (a+)+b", "Pattern: a+b")


/* ---- the directory (schema) ---- */
M(NO_RECORD_TYPE, "no-record-type", ERROR,
  "A record stands before the first %rec line of its file, so nothing says what it is.",
  "Begin the file with %rec: and the record type, then an empty line.",
  "Code: GM0344", "%rec: Municipality\n\nCode: GM0344")
M(UNKNOWN_RECORD_TYPE, "unknown-record-set", ERROR,
  "A file holds records of a type that the schema does not describe.",
  "Write the type that was meant, or describe it under schema/.",
  "%rec: Municipalty", "%rec: Municipality")
M(MISPLACED_SPECIAL, "misplaced-special-field", ERROR,
  "A special field stands in a file of records, where it does nothing.",
  "Move it to the descriptor under schema/.",
  "directory/staff.rec with %mandatory: Email", "schema/directory.rec with %mandatory: Email")
M(DUPLICATE_KEY, "duplicate-key", ERROR,
  "Two records of one type have the same key.",
  "Give one of them another key, or remove it.",
  "Code: GM0344\n\nCode: GM0344", "Code: GM0344\n\nCode: GM0363")
M(OVERLAPPING_VALIDITY, "overlapping-validity", ERROR,
  "Two records of one key hold at the same time.",
  "Let the earlier one end on the day where the later begins.",
  "Until: 2022-06-01 and From: 2022-03-24", "Until: 2022-03-24 and From: 2022-03-24")
M(REVERSED_VALIDITY, "reversed-validity", ERROR,
  "A record ends on or before the day on which it begins.",
  "Mend one of the two days; the last is the first day that it no longer holds.",
  "From: 2026-01-01\nUntil: 2025-01-01", "From: 2025-01-01\nUntil: 2026-01-01")
M(SUCCESSION_CYCLE, "succession-cycle", ERROR,
  "What comes after a record leads back to the record itself.",
  "Name what came after it; the last of a chain names nothing.",
  "Code: GM0457\nSuccessor: GM0363\n\nCode: GM0363\nSuccessor: GM0457", "Code: GM0457\nSuccessor: GM0363\n\nCode: GM0363")
M(DUPLICATE_VALUE, "duplicate-value", ERROR,
  "A value that is singular in its record set stands on two records.",
  "Give one of them another value.",
  "%singular: Email, and two staff with one e-mail", "an e-mail of its own for each")
M(WRONG_SIZE, "wrong-size", ERROR,
  "A record set has more or fewer records than its %size says.",
  "Add or remove records, or change %size.",
  "%size: >= 1, and no record", "one record")


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
  "Case: 2026-7KQ43\n\nCase: 2026-8MNPX", "Case: 2026-7KQ43\n\nDate: 2026-03-02\nKind: request")
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
  "Case: 2026-7KQ43 in cases/2026/8/2026-8MNPX.rec", "Case: 2026-7KQ43 in cases/2026/7/2026-7KQ43.rec")
M(DUPLICATE_CASE, "duplicate-case", ERROR,
  "Two files hold the same case id.",
  "Give one of them an id of its own; dossier new makes one.",
  "Case: 2026-7KQ43 in two files", "each id in one file")
M(UNKNOWN_KIND, "unknown-kind", ERROR,
  "An entry's Kind is not one that the schema describes.",
  "Write one of the kinds of schema/case.rec.",
  "Kind: consnet", "Kind: consent")
M(FUTURE_DATE, "future-date", WARNING,
  "An entry, or the opening of a case, is dated after today.",
  "Write the day on which it took place; what is planned goes into the text of an entry.",
  "Date: 2027-03-04 on 2026-03-09", "Date: 2026-03-04")
M(STRAY_FILE, "stray-file", WARNING,
  "A file below cases/ is no case, or one below a folder of records is no file of records.",
  "Move it out of the folder, or remove it; give a file of records a name in .rec.",
  "cases/2026/notes.txt", "cases/2026/7/2026-7KQ43.rec")
M(NO_SUCH_CASE, "no-such-case", ERROR,
  "A case was named that is not there, or a beginning that several ids share.",
  "Name it by its id, a longer beginning of it, or its file; dossier list shows them.",
  "dossier show 2026-7KQ44", "dossier show 2026-7K")

/* ---- commits and pushes (push) ---- */
M(OTHER_REF, "other-ref", ERROR,
  "A push creates, moves or deletes something other than the main branch.",
  "Push your commits to the main branch: git push origin HEAD:main.",
  "git push origin v1.0", "git push origin main")
M(MAIN_DELETED, "main-deleted", ERROR,
  "A push would delete the main branch.",
  "Nothing: the shared history stays.",
  "git push origin :main", "git push origin main")
M(HISTORY_REWRITTEN, "history-rewritten", ERROR,
  "A push would take commits away that others already have.",
  "Bring them into your branch first: git pull --rebase, then push again without force.",
  "git push --force", "git pull --rebase && git push")
M(SECOND_ROOT, "second-root", ERROR,
  "A commit has no parent, though the shared history has begun.",
  "Make your change in a clone of the shared repository.",
  "git checkout --orphan other", "git clone, then a commit")
M(MANY_PARENTS, "many-parents", ERROR,
  "A commit merges more than two lines of history, or one of them twice.",
  "Merge one branch at a time, or rebase: git pull --rebase.",
  "git merge a b c", "git merge a")
M(COMMIT_HEADER, "commit-header", ERROR,
  "The header of a commit is not one that git writes here.",
  "Make the commit anew with git commit.",
  "a commit with two authors", "a commit made by git commit")
M(COMMIT_DATE, "commit-date", ERROR,
  "A commit is dated ahead of the server's clock, or before its parent.",
  "Set the clock of your computer right, then date the commit anew: git commit --amend --date=now --no-edit.",
  "a commit dated next week", "a commit dated now")
M(NOT_STAFF, "not-staff", ERROR,
  "A commit is by somebody who was not active staff on its date.",
  "Use the e-mail of your staff record: git config user.email; a coordinator adds or renews the record.",
  "git config user.email stranger@elsewhere.example", "the Email of a record in directory/staff.rec")
M(OTHER_COMMITTER, "other-committer", ERROR,
  "The person who pushes is not the one who committed.",
  "Let each push their own commits, or commit them anew as yourself: git rebase --force-rebase origin/main.",
  "aj pushes what bk committed", "aj pushes what aj committed")
M(FOREIGN_PATH, "foreign-path", ERROR,
  "A file does not belong to a centre repository, or has a name that some computer cannot hold.",
  "Keep it elsewhere, or give it one of the names of the manual dossier-hooks(5).",
  "notes/todo.docx", "templates/letter.md")
M(FILE_MODE, "file-mode", ERROR,
  "A link, a submodule or an executable stands where a plain file belongs.",
  "Put the file itself there: chmod a-x FILE, or replace the link by what it points to; then git add.",
  "a symbolic link cases/2026/7/2026-7KQ43.rec", "a plain file of that name")
M(NAME_COLLISION, "name-collision", ERROR,
  "Two files differ only in capital and small letters; many computers can hold just one of them.",
  "Rename one of them: git mv.",
  "templates/Letter.md beside templates/letter.md", "templates/letter.md alone")
M(FILE_SIZE, "file-size", ERROR,
  "A file is larger than the Centre allows (Largest_file in centre.rec, else 1024 KiB).",
  "Keep large material elsewhere and refer to it.",
  "a case of 5 MB", "a case of 5 kB")
M(CASE_REMOVED, "case-removed", ERROR,
  "A case file is taken away or renamed.",
  "Bring it back: git checkout origin/main -- FILE. A case is closed by an entry, never removed.",
  "git rm cases/2026/7/2026-7KQ43.rec", "an entry that closes the case")
M(COORDINATOR_ONLY, "coordinator-only", ERROR,
  "Only a coordinator may change this file.",
  "Ask a coordinator to make the change, and take it out of yours: git checkout origin/main -- FILE.",
  "a counsellor changes schema/case.rec", "a coordinator changes schema/case.rec")
M(EMPTY_SUBJECT, "empty-subject", ERROR,
  "A commit's message says nothing.",
  "Write a line that names the case and what happened: git commit --amend.",
  "git commit --allow-empty-message -m ''", "2026-7KQ43: consent added")
M(MESSAGE_TEXT, "message-text", ERROR,
  "A commit's message is not plain text: control characters, not UTF-8, or longer than 64 KiB.",
  "Write it anew: git commit --amend.",
  "a message with an escape character", "2026-7KQ43: consent added")
M(MESSAGE_IDENTIFIER, "message-identifier", ERROR,
  "A commit's message holds something that points straight at a person; history keeps it for ever.",
  "Write the message anew without it: git commit --amend.",
  "called 06 12345678", "2026-7KQ43: conversation added")
M(TEXT_FILE, "text-file", ERROR,
  "A file that people read as text holds bytes that are none.",
  "Save it as UTF-8 without control characters, with LF at line ends.",
  "a picture named templates/logo.md", "plain text")

/* ---- reports (report) ---- */
M(UNKNOWN_REPORT, "unknown-report", ERROR,
  "No report of that name is defined in reports/.",
  "Name one that is: dossier report lists them.",
  "dossier report overvieuw", "dossier report overview")
M(REPORT_WORD, "report-word", ERROR,
  "A report definition says a word that has no meaning there.",
  "Use one of the words that the message lists, as dossier-report(5) describes them.",
  "Count: case", "Count: cases")
M(REPORT_FIELD, "report-field", ERROR,
  "A report definition names a field that the schema does not describe.",
  "Name a field of the cases, or of the entries, that the table counts.",
  "Rows: Sevice", "Rows: Service")
M(REPORT_INCOMPLETE, "report-incomplete", ERROR,
  "A report definition lacks something that it cannot do without.",
  "Add the field or the table that the message names.",
  "Table: services\nReport: overview", "Table: services\nReport: overview\nTitle: Services\nCount: cases")
M(CENTRES_DIFFER, "centres-differ", ERROR,
  "Centres that a report adds up do not count by the same definition, descriptors, States, rules or settings.",
  "Make the record that the message names the same in all of them, and commit it; or leave that centre out.",
  "Where: Kind = 'conversation' in one, Where: Kind ~ 'conversation|consultation' in the other", "the same record in both")
M(REPORT_BESIDE, "tables-beside", WARNING,
  "Tables of a public report, or rows of one, are related in a way that the program cannot compare: small counts may be computed from both.",
  "Make them one table, leave one out, or look yourself and say so: 'Checked: TABLE: REASON'.",
  "Where: Age << 12 in one table, Where: Age << 13 in another", "Bins: Age 12 18 in one table")
M(NEEDLESS_CHECKED, "needless-checked", WARNING,
  "The 'Checked' of a public report's table names one beside which the program proves it safe by itself.",
  "Take that name out: a reason that nothing needs hides what changes later.",
  "Checked: services: ... in a table that is by Applicant", "Checked: contacts: ... in a table that counts entries otherwise")
M(REPORT_PARAMETER, "report-parameter", ERROR,
  "A parameter of a report is missing, or its value is none that it can have.",
  "Give the option that the message names a value of its type.",
  "dossier report municipality --municipality GM9999",
  "dossier report municipality --municipality GM0344")

/* ---- process rules (rules) ---- */
M(RULE_WORD, "rule-word", ERROR,
  "A State or rule has a word that is none of those possible there: a field, a check, a severity, the name of a State.",
  "Write the word that was meant, as dossier-rules(5) lists them.",
  "Rule: consent-first\nCheck: befor", "Rule: consent-first\nCheck: before")
M(RULE_FIELD, "rule-field", ERROR,
  "A rule has a field that its check does not take, that stands there twice, or that says nothing beside the others.",
  "Take it out, or write the check that was meant.",
  "Check: must\nNeed: Kind = 'consent'", "Check: before\nNeed: Kind = 'consent'")
M(RULE_INCOMPLETE, "rule-incomplete", ERROR,
  "A State or rule lacks a field that it cannot do without.",
  "Add the field.",
  "Rule: consent-first\nCheck: before\nOn: Kind = 'action'", "Rule: consent-first\nCheck: before\nOn: Kind = 'action'\nNeed: Kind = 'consent'")
M(RULE_VALUE, "rule-value", ERROR,
  "A field of a State or rule has a value that cannot be read: a duration, a date, a number or a name.",
  "Write it as dossier-rules(5) shows.",
  "Within: 14 days", "Within: P14D")
M(RULE_TWICE, "duplicate-rule", ERROR,
  "Two rules or States have one name, or a name that means something else already.",
  "Give one of them another name.",
  "State: severity", "State: is_severe")
M(PROCESS_RULE, "process-rule", ERROR,
  "A case does not follow one of the Centre's process rules. It is reported by the rule's own name.",
  "Do what the rule says; dossier explain NAME tells why it is there.",
  "an action without consent", "consent, and then an action")
M(HISTORY_RULE, "history-rule", ERROR,
  "A step does what a History record of the Centre forbids: it changes or removes what is shared, or adds what this committer, so late, or nobody alone may add. It is reported by the record's own name.",
  "Do what the record says; dossier explain NAME tells why it is there.",
  "an entry that is shared, changed", "an entry that is shared, and a new one that corrects it")
M(EXCEPTION_APPROVAL, "exception-approval", ERROR,
  "An exception names no second person who agreed: nobody, its author, who commits it, or somebody who was not active staff.",
  "Ask a colleague, and write their id as Approved_by.",
  "Kind: exception\nBy: aj\nApproved_by: aj", "Kind: exception\nBy: aj\nApproved_by: bk")
M(RULE_NAME, "rule-name", ERROR,
  "A rule or State asks for a field that entries of that kind, or the case, cannot have.",
  "Write the field that was meant: what is never there makes a rule that says nothing.",
  "On: Kind = 'consent' && Descision = 'given'", "On: Kind = 'consent' && Decision = 'given'")
M(RULE_TEXT, "rule-text", ERROR,
  "A rule or State compares a kind, or a field with fixed choices, with a word that it cannot be.",
  "Write one of the words that the schema lists.",
  "On: Kind = 'consnet'", "On: Kind = 'consent'")
M(LEFT_OUT, "left-out", ERROR,
  "A rule or State asks for a State that could not be understood, and was left out with it.",
  "Mend the State.",
  "State: open\nStart: Kind = 'request\n\nRule: no-silence\nWhile: open", "State: open\nStart: Kind = 'request'")
M(RULE_EXAMPLE, "rule-example", ERROR,
  "A good example of a rule breaks it, or a bad one does not.",
  "Mend the example or the rule, whichever says what was not meant.",
  "Check: must\nOn: Kind = 'action'\nMust: #Action\nGood: 2026-03-04 action", "Check: must\nOn: Kind = 'action'\nMust: #Action\nGood: 2026-03-04 action Action=guidance")
M(RULE_WITHOUT_EXAMPLE, "rule-without-example", WARNING,
  "A rule of severity error or warning has no example that passes, or none that fails.",
  "Add a small journal as Good, and one as Bad: they are tried at each check of rules/.",
  "Rule: consent-first\nCheck: before", "Rule: consent-first\nCheck: before\nGood: 2026-03-04 consent Decision=given\n+ 2026-03-05 action\nBad: 2026-03-05 action")
M(STATE_NEVER, "state-never-begins", WARNING,
  "No journal leads to a State: none of some entries, tried in all their orders, makes its Start hold.",
  "Mend its Start, or take the State out.",
  "State: resting\nStart: Kind = 'suspension' && #Case.resting", "State: resting\nStart: Kind = 'suspension'")
M(RULE_NEVER, "rule-never-applies", WARNING,
  "No journal has an entry that a rule concerns, so it says nothing.",
  "Mend its On or its When, or take the rule out.",
  "On: Kind = 'end' && End = 'died' && Origin = 'family' && !#Origin", "On: Kind = 'end' && End = 'died'")
M(RULES_CONTRADICT, "rules-contradict", WARNING,
  "Two rules cannot both be kept where the first applies; or one cannot be kept at all.",
  "Mend one of them: whoever keeps the one breaks the other.",
  "an action needs a plan before it; and there is never a plan", "an action needs a plan before it")
M(TOO_MANY_RULES, "too-many-rules", ERROR,
  "There are more rules and States than are ever needed, and none was applied.",
  "Take out those that no longer hold for any case.",
  "1001 rules", "1000 rules")

/* ---- templates and documents (template, command) ---- */
M(TEMPLATE_TAG, "template-tag", ERROR,
  "A tag of a template has no end, says nothing, or sets delimiters that are none.",
  "Mend the tag; dossier-template(5) shows what tags there are.",
  "Dear {{Name", "Dear {{Name}}")
M(TEMPLATE_SECTION, "template-section", ERROR,
  "A section of a template has no end, or an end has no section.",
  "End each section where it should, the innermost first.",
  "{{#Entry}}{{Text}}{{/Case}}", "{{#Entry}}{{Text}}{{/Entry}}")
M(TEMPLATE_PARTIAL, "template-partial", ERROR,
  "A template asks for a partial that is not in templates/partials/, or that stands inside itself.",
  "Write the partial's name, or take it out of what it holds.",
  "{{>voluntry}}", "{{>voluntary}}")
M(TEMPLATE_NAME, "template-name", ERROR,
  "A template asks for a name that nothing around the place has: it would stay empty in every document.",
  "Write the field's name as the schema does.",
  "{{Municipalty.Name}}", "{{Municipality.Name}}")
M(TEMPLATE_WORD, "template-word", ERROR,
  "A condition in a template compares a field with a word that it never is, so it never holds.",
  "Write one of the field's words.",
  "{{#Entry Kind = 'consultaton'}}", "{{#Entry Kind = 'consultation'}}")
M(TEMPLATE_ENDLESS, "template-endless", ERROR,
  "A document grows without end: its partials or sections stand inside one another too often.",
  "Take the partial out of itself.",
  "a partial that holds itself", "a partial that holds none")
M(UNESCAPED_VALUE, "unescaped-value", WARNING,
  "A template takes a value as it is into HTML or roff, where a '<', a backslash or a dot in it does something.",
  "Write it with two braces.",
  "{{{Text}}} in a letter.html", "{{Text}}")

M(DOCUMENT_FIELD, "document-field", ERROR,
  "A template asks for a field that its Document record keeps out of it.",
  "Take it out of the template, or allow it in the record's Field.",
  "Field: Municipality, and {{Counsellor.Name}}", "Field: Municipality Counsellor, and {{Counsellor.Name}}")

M(DOCUMENT_TEMPLATE, "document-template", ERROR,
  "A template has no Document record that says for whom it is, or such a record has no template.",
  "Add what is missing to templates/.",
  "templates/letter.txt alone", "templates/letter.txt, and Document: letter in templates/documents.rec")
M(DOCUMENT_OUTSIDE, "document-outside", ERROR,
  "A document for somebody outside does not say what of a case may stand in it, or never says what was left out.",
  "Say Covered, Entry and Field in its record, and Left_out in its template.",
  "Audience: outside, and no Covered", "Audience: outside, Covered: #sharing")
M(UNKNOWN_TEMPLATE, "unknown-template", ERROR,
  "There is no document of that name, language or suffix.",
  "dossier render without a name lists what there is.",
  "dossier render handovr 2026-7KQ43", "dossier render handover 2026-7KQ43")
M(NOT_COVERED, "not-covered", ERROR,
  "What must hold before a document is made of a case, such as consent, does not hold today.",
  "Do first what the document's record asks for.",
  "a handover report without consent to share", "one after consent to share was given")
M(DOCUMENT_NEEDS, "document-needs", ERROR,
  "The case has no entry of which a document speaks.",
  "Add the entry first, or name one that is there.",
  "a plan of action of a case without a plan", "one of a case with a plan")
M(UNKNOWN_PERSON, "unknown-person", ERROR,
  "A document is made for one person of the case, and nobody in it has that label.",
  "Name a person of the case with --redact.",
  "--redact mothr", "--redact mother")

/* ---- imports (import) ---- */
M(BAD_IMPORT, "bad-import", ERROR,
  "An Import record of the schema cannot be used.",
  "Mend it as dossier-schema(5) shows.",
  "Column: name", "Column: name -> Name")
M(BAD_TABLE, "bad-table", ERROR,
  "A table is not CSV as RFC 4180 has it, or not UTF-8.",
  "Save it anew as CSV, UTF-8.",
  "a quote that nothing closes", "\"Nuenen, Gerwen en Nederwetten\"")
M(MISSING_COLUMN, "missing-column", ERROR,
  "A table lacks a column that the Import record asks for.",
  "Name the import that fits the table, or change the Import record.",
  "Column: code -> Municipality, and a table without code", "a table with the column code")
M(IMPORT_VALUE, "import-value", ERROR,
  "A cell of a table cannot become a value, or two rows have one key.",
  "Mend the table.",
  "2014-31-01 where the import says date YYYY-MM-DD", "2014-01-31")
