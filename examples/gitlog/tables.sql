-- What the projections hold, by plain SQL: the state tables are the read models.
.print
.print Most changed files
SELECT aggregate_id AS file, commits, '+' || added AS added, '-' || removed AS removed,
       last_author AS "last author", date(last_at / 1000000, 'unixepoch') AS "last change"
FROM gitlog_files ORDER BY commits DESC, added + removed DESC, file LIMIT 10;
.print
.print Authors
SELECT name, commits, '+' || added AS added, '-' || removed AS removed,
       substr(json_extract(largest, '$.subject'), 1, 40) AS "largest commit",
       json_extract(largest, '$.lines') AS lines
FROM gitlog_authors ORDER BY commits DESC, name LIMIT 5;
.print
.print The whole history
SELECT commits, changes AS "changed files", '+' || added AS added, '-' || removed AS removed, binary,
       merges AS "empty commits", date(first_at / 1000000, 'unixepoch') AS first,
       date(last_at / 1000000, 'unixepoch') AS last
FROM gitlog_summary;
