# query_sql.c: a query gives one row more than its limit
# with tables queries upcasts notify
s/"%s LIMIT %s"/"%s LIMIT 1 + %s"/
