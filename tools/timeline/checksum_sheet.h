/*
 * checksum_sheet.h - the checksum microscope: the ones' complement sum of
 * RFC 1071, word by word.
 *
 *   0000  4500  version, length ...     sum 4500
 *   0002  002c                          sum 452c
 *   000a [0000] the checksum itself, as zero
 *   ...                                 sum 1a2f3
 *   fold:  1 + a2f3 = a2f4     complement: 5d0b     in the header: 5d0b
 */
#ifndef RUNG_TIMELINE_CHECKSUM_SHEET_H
#define RUNG_TIMELINE_CHECKSUM_SHEET_H

#include "layers/wire/dissect.h"
#include "tools/timeline/sheet.h"

/* Writes, from row Y on, how checksum number WHICH of the frame's is computed;
 * from the innermost: TCP's, UDP's or ICMP's, then IP's; counted round. */
void checksum_sheet_write(const struct dissection *d, unsigned which, struct sheet *sheet, int y);

#endif
