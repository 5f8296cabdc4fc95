-- What the keyed projection keeps, by plain SQL: a row per sensor and minute.
.print
.print Hottest minutes
SELECT lower(substr(hex(sensor), 1, 8)) || '…' AS sensor,
       datetime(minute / 1000000, 'unixepoch') AS minute,
       count, printf('%.1f', sum / count) AS mean, low, high
FROM telemetry_per_minute ORDER BY high DESC, minute, sensor LIMIT 5;
.print
.print All windows
SELECT printf('%,d', count(*)) AS windows, count(DISTINCT sensor) AS sensors, printf('%,d', sum(count)) AS readings,
       datetime(min(minute) / 1000000, 'unixepoch') AS first, datetime(max(minute) / 1000000, 'unixepoch') AS last
FROM telemetry_per_minute;
