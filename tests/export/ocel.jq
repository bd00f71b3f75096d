# Whether a log is what OCEL 2.0 asks of one in JSON: a line for each thing that is not.
def texts($what): if type != "string" then "\($what) is no text: \(.)" else empty end;
def keys_are($what; $names): (keys - $names | if . != [] then "\($what) has more: \(.)" else empty end), ($names - keys | if . != [] then "\($what) lacks \(.)" else empty end);
def is_time: type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
def is_of($of): if $of == "integer" then type == "number" and floor == . elif $of == "float" then type == "number"
	elif $of == "boolean" then type == "boolean" elif $of == "time" then is_time else type == "string" end;
def types($what): (map(.name) | group_by(.)[] | select(length > 1) | "\($what) \(.[0]) stands twice"),
	(.[] | keys_are($what; ["name", "attributes"]), (.attributes[] | keys_are("attribute"; ["name", "type"]), (if .type | IN("string", "time", "integer", "float", "boolean") then empty else "no type \(.type)" end)),
	(.attributes | map(.name) | group_by(.)[] | select(length > 1) | "attribute \(.[0]) stands twice"));
. as $log
| (.objectTypes | map({ (.name): (.attributes | map({ (.name): .type }) | add // {}) }) | add // {}) as $object_types
| (.eventTypes | map({ (.name): (.attributes | map({ (.name): .type }) | add // {}) }) | add // {}) as $event_types
| (reduce .objects[] as $o ({}; .[$o.id] = true)) as $ids
| keys_are("log"; ["objectTypes", "eventTypes", "objects", "events"]),
(.objectTypes | types("object type")), (.eventTypes | types("event type")),
(.objects, .events | map(.id) | group_by(.)[] | select(length > 1) | "id \(.[0]) stands twice"),
(.objects[] | . as $o | keys_are("object"; ["id", "type", "attributes", "relationships"]), (.id | texts("id")),
	(if $object_types[.type] == null then "object type \(.type) is not declared" else empty end),
	(.attributes[] | keys_are("attribute of \($o.id)"; ["name", "time", "value"]),
		(.name as $n | $object_types[$o.type][$n] as $t | if $t == null then "\($o.type).\($n) is not declared" elif .value | is_of($t) | not then "\($o.id) \($n) is no \($t): \(.value)" else empty end),
		(if .time | is_time | not then "\($o.id): \(.time) is no time" else empty end)),
	(.attributes | group_by([.name, .time])[] | select(length > 1) | "\($o.id): two values of \(.[0].name) at \(.[0].time)")),
(.events[] | . as $e | keys_are("event"; ["id", "type", "time", "attributes", "relationships"]), (.id | texts("id")),
	(if $event_types[.type] == null then "event type \(.type) is not declared" else empty end),
	(if .time | is_time | not then "\($e.id): \(.time) is no time" else empty end),
	(if .relationships == [] then "\(.id) is related to nothing" else empty end),
	(.attributes[] | keys_are("attribute of \($e.id)"; ["name", "value"]),
		(.name as $n | $event_types[$e.type][$n] as $t | if $t == null then "\($e.type).\($n) is not declared" elif .value | is_of($t) | not then "\($e.id) \($n) is no \($t): \(.value)" else empty end)),
	(.attributes | group_by(.name)[] | select(length > 1) | "\($e.id): two values of \(.[0].name)")),
(.objects[], .events[] | . as $x | (.relationships[] | keys_are("relationship"; ["objectId", "qualifier"]), (if $ids[.objectId] then empty else "\($x.id): no object \(.objectId)" end)),
	(.relationships | group_by([.objectId, .qualifier])[] | select(length > 1) | "\($x.id): twice related to \(.[0].objectId)"))
