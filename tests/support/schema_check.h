/*
 * schema_check.h - YAML held against a JSON schema.
 *
 * As much of draft 2020-12 as lab_schema.h writes: type, enum, pattern,
 * minimum, maximum, properties, patternProperties, additionalProperties,
 * items, anyOf, $ref into $defs. A schema with another word is an error.
 */
#ifndef RUNG_TESTS_SUPPORT_SCHEMA_CHECK_H
#define RUNG_TESTS_SUPPORT_SCHEMA_CHECK_H

#include <jansson.h>

#include "tools/lib/yaml_tree.h"

/* Whether NODE fits SCHEMA; else WHY says what does not, and in which line. */
bool schema_fits(const json_t *schema, const struct yaml_node *node, char *why, size_t size);

#endif
