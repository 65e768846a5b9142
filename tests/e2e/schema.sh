#!/usr/bin/env bash
# `rung schema`: a JSON schema that a validator of others takes, and that all bundled labs fit.
. "$RUNG_SOURCE/tests/e2e/begin.bash"

"$RUNG" schema > "$scratch/schema.json"
[ ! -f "$RUNG_BUILD/lab.schema.json" ] || cmp "$scratch/schema.json" "$RUNG_BUILD/lab.schema.json"
status=0
"$RUNG" schema more 2> /dev/null || status=$?
[ "$status" -eq 2 ] || fail "rung schema more: status $status"

needed='import jsonschema, yaml; jsonschema.Draft202012Validator; yaml.CSafeLoader'
if ! python3 -c "$needed" 2> /dev/null; then
    echo "no python3 with jsonschema and yaml: the rest is skipped (unit/test_lab_schema has it)"
    exit 0
fi
"$RUNG" labs --paths > "$scratch/labs"
python3 - "$scratch/schema.json" "$scratch/labs" << 'END'
import json, re, sys, jsonschema, yaml

# As editors read it: YAML 1.2, where on, off, yes and no are words.
class Loader(yaml.CSafeLoader):
    pass
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:bool"]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), "tf")

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
paths = open(sys.argv[2]).read().split()
assert len(paths) > 30, paths
failed = 0
for path in paths:
    for error in validator.iter_errors(yaml.load(open(path), Loader)):
        print("FAILED:", path, list(error.path), error.message, file=sys.stderr)
        failed += 1
assert not validator.is_valid({"hosts": {"a": {"adress": "10.0.0.1/24"}}})
assert not validator.is_valid({"links": {"w": {"delay": 20}}})
sys.exit(failed != 0)
END
echo "passed"
