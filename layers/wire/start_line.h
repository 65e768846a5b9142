/*
 * start_line.h - the first line of a message of HTTP/1, or of its kin RTSP and SIP.
 *
 *   GET /index.html HTTP/1.1         method, target, version
 *   HTTP/1.1 404 Not Found           version, status, reason
 *
 * Only where a segment begins with one: the bytes of a body are no business of
 * this. HTTP is known by its words, whatever the port.
 */
#ifndef RUNG_LAYERS_WIRE_START_LINE_H
#define RUNG_LAYERS_WIRE_START_LINE_H

#include "layers/wire/text.h"
#include "sim/base.h"

struct start_line {
    bool response;
    struct span first, second, third; /* the three words; THIRD may be empty */
    struct span line;                 /* all of it, without its end */
    bool cut;                         /* its end is not here */
};

/* Reads the line that begins IN. False: it is none. */
bool start_line_parse(struct start_line *line, struct span in);

/* What the last words of LINE say it is: "HTTP", "RTSP", "SIP". */
const char *start_line_protocol(const struct start_line *line);

/* Adds the line itself, as much of it as is worth reading: "GET / HTTP/1.1". */
void start_line_put(struct text *t, const struct start_line *line);
/* Adds "GET /" or "404 Not Found". */
void start_line_put_short(struct text *t, const struct start_line *line);

#endif
