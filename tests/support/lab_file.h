/*
 * lab_file.h - a bundled lab, run to its end and ready to be shown, for tests.
 */
#ifndef RUNG_TESTS_SUPPORT_LAB_FILE_H
#define RUNG_TESTS_SUPPORT_LAB_FILE_H

#include "tests/support/lab_run.h"
#include "tools/lib/run_view.h"

struct lab_file {
    struct lab_run run;
    struct run_view view; /* with the script's commands */
    const char **commands;
};

/* Runs the lab TEXT. False, and a failed expectation, if it is not sound; then
 * nothing is to be closed. */
bool lab_file_open_text(struct lab_file *file, const char *text);
/* The same of the lab that `rung run NAME` finds among the bundled ones. */
bool lab_file_open(struct lab_file *file, const char *name);
void lab_file_close(struct lab_file *file);

#endif
