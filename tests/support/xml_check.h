/*
 * xml_check.h - whether a text is well-formed XML, as far as our drawings go:
 * elements, attributes, character data; no comments, no CDATA, no entities but
 * those of XML itself.
 */
#ifndef RUNG_TESTS_SUPPORT_XML_CHECK_H
#define RUNG_TESTS_SUPPORT_XML_CHECK_H

/* What is wrong with TEXT, or NULL. */
const char *xml_fault(const char *text);

#endif
