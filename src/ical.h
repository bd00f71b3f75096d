/*
 * ical hides how a calendar is written (RFC 5545): CRLF, lines folded at 75 bytes between characters, escaped
 * text. Items are events of a whole day that leave the day free: agendas of every make show those, while tasks
 * (VTODO) are shown by few.
 */
#ifndef ICAL_H
#define ICAL_H

#include "base.h"
#include "value.h"

/* One item; texts are taken as they are, lines in them stay lines. */
struct ical_event {
	struct str uid; /* the same for the same item, every time */
	day on;
	struct str summary, description, category;
};

/* `name` is shown for the calendar; `today` is the time stamp of all, so that the same input gives the same bytes. */
void ical_begin(struct buf *out, struct str name);
void ical_event(struct buf *out, const struct ical_event *event, day today);
void ical_end(struct buf *out);

#endif
