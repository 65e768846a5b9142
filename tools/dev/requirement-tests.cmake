# Writes the table of coverage.h: which test names which requirement.
#
#   cmake -D TESTS=tests -D OUT=requirement_tests.c -P requirement-tests.cmake
#
# Looked for is REQ("MUST-14"); in any tests/*/*.c, and which function it
# stands in. OUT is written only if that changed: all programs link it.
file(GLOB sources RELATIVE ${TESTS} ${TESTS}/*/*.c)
list(SORT sources)
set(function "[a-z][A-Za-z0-9_ *]*[ *]([a-z0-9_]+)\\(")
set(req "REQ\\(\"([^\"\n]*)\"\\)")

set(rows "")
foreach(source ${sources})
  file(READ ${TESTS}/${source} text)
  if(NOT text MATCHES "${req}")
    continue()
  endif()
  string(REGEX REPLACE "\\.c$" "" program ${source})
  # These two mean something to CMake's lists.
  string(REGEX REPLACE "[][;]" " " text "\n${text}")
  # A comment may show one.
  string(REGEX REPLACE "/\\*[^*]*\\*+([^/*][^*]*\\*+)*/" "" text "${text}")
  string(REGEX MATCHALL "\n(${function}|[^\n]*${req}[^\n]*)" lines "${text}")
  set(name "")
  foreach(line ${lines})
    if(line MATCHES "^\n${function}")
      set(name ${CMAKE_MATCH_1})
    endif()
    string(REGEX MATCHALL "${req}" marks "${line}")
    foreach(mark ${marks})
      string(REGEX REPLACE "${req}" "\\1" label "${mark}")
      string(APPEND rows "    { \"${label}\", \"${program}\", \"${name}\" },\n")
    endforeach()
  endforeach()
endforeach()

set(new "/* Made by tools/dev/requirement-tests.cmake from the tests' sources. */
#include \"tools/lib/coverage.h\"

const struct requirement_test requirement_tests[] = {
${rows}    { NULL, NULL, NULL },
};
")
set(old "")
if(EXISTS ${OUT})
  file(READ ${OUT} old)
endif()
if(NOT new STREQUAL old)
  file(WRITE ${OUT} "${new}")
endif()
