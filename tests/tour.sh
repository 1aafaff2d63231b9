#!/bin/sh
# docs/tour.md is true: each function it names stands in the file it names, and each file exists.
cd "$TOP" || exit 1
bad=0
rows=0

for file in $(grep -oE '(sim|viz|docs|tests)/[a-z0-9_/]+\.(c|h|def|md)' docs/tour.md | sort -u); do
	[ -f "$file" ] || { echo "docs/tour.md names $file, which does not exist"; bad=1; }
done

# Rows of the first table: | section | paragraph | `function`, … | `file`, … |
while IFS='|' read -r _ section _ functions files _; do
	files=$(printf '%s' "$files" | tr -d '`,')
	for function in $(printf '%s' "$functions" | grep -oE '`[a-z_]+`' | tr -d '`'); do
		rows=$((rows + 1))
		grep -qE "^[a-z].*[ *]$function\(" $files || {
			echo "docs/tour.md: $function (§$section) is not defined in $files"
			bad=1
		}
	done
done <<ROWS
$(grep -E '^\| 3\.10' docs/tour.md)
ROWS

[ "$rows" -ge 20 ] || { echo "docs/tour.md maps only $rows functions of §3.10"; bad=1; }
[ "$bad" = 0 ] && echo "$rows functions are where the tour says"
exit $bad
