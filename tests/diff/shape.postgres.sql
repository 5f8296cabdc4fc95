-- What a schema consists of, one line each, in the order of their texts: columns, indexes,
-- constraints, comments. Apart from the current schema and the one called projc_diff_archive,
-- nothing is looked at; projc's own tables are made by the runtime and are not here.
WITH here AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname IN (current_schema(), 'projc_diff_archive')
), lines AS (
    SELECT format('column %s.%s.%s %s %s collate %s default %s identity %s', table_schema, table_name,
                  column_name, data_type || coalesce('(' || numeric_precision || ',' || numeric_scale || ')', ''),
                  CASE is_nullable WHEN 'NO' THEN 'not null' ELSE 'null' END,
                  collation_name, column_default, identity_generation) AS line
    FROM information_schema.columns WHERE table_schema IN (SELECT nspname FROM here)
    UNION ALL
    SELECT format('table %s.%s %s', n.nspname, c.relname, c.reloptions)
    FROM pg_class c JOIN here n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v')
    UNION ALL
    SELECT format('index %s.%s %s', schemaname, indexname, indexdef)
    FROM pg_indexes WHERE schemaname IN (SELECT nspname FROM here)
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN here n ON n.oid = k.connamespace
    UNION ALL
    SELECT format('comment %s %s %s', objoid::regclass, a.attname, description)
    FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass
    JOIN here n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
    UNION ALL
    SELECT format('trigger %s %s', tgrelid::regclass, pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN here n ON n.oid = c.relnamespace
    WHERE NOT tgisinternal
    UNION ALL
    SELECT format('function %s %s', p.proname, p.prosrc)
    FROM pg_proc p JOIN here n ON n.oid = p.pronamespace
)
SELECT replace(line, E'\n', ' ') FROM lines ORDER BY line;
