/*
 * gunzip.h - a file that may be compressed by gzip, read as what it holds.
 *
 *   FILE --gunzip_open--> FILE      the same, unless it begins like gzip's
 *
 * What comes out is read, and taken back to its beginning, like any file; a
 * stream that ends too early ends where its bytes do. At most one byte of a
 * file that is not compressed has been looked at.
 */
#ifndef RUNG_TOOLS_GUNZIP_H
#define RUNG_TOOLS_GUNZIP_H

#include <stdio.h>

/* Returns IN itself, or a stream that owns IN and closes it. NULL: no memory;
 * IN is closed. */
FILE *gunzip_open(FILE *in);

#endif
