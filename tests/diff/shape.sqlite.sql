-- What a schema consists of, one line each: tables, columns, indexes with their columns.
SELECT line FROM (
    SELECT 'table ' || t.name || ' strict ' || t.strict || ' without rowid ' || t.wr AS line
    FROM pragma_table_list AS t WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    UNION ALL
    SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || ' not null ' || c."notnull" || ' default ' ||
           coalesce(c.dflt_value, '-') || ' key ' || c.pk
    FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    UNION ALL
    SELECT 'index ' || t.name || '.' || i.name || ' unique ' || i."unique" || ' origin ' || i.origin || ' ' || c.seqno ||
           ' ' || coalesce(c.name, '-') || ' desc ' || c."desc" || ' ' || c.coll
    FROM sqlite_schema AS t, pragma_index_list(t.name) AS i, pragma_index_xinfo(i.name) AS c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    UNION ALL
    SELECT 'trigger ' || name || ' ' || replace(sql, char(10), ' ') FROM sqlite_schema WHERE type = 'trigger'
) ORDER BY line;
