-- What the projection keeps, by plain SQL: its tables are the read models.
.print
.print Orders by status
SELECT status, printf('%,d', count(*)) AS orders, sum(items) AS items,
       printf('%,d.%02d', sum(o.total) / 100, sum(o.total) % 100) AS total,
       printf('%,d.%02d', sum(o.paid) / 100, sum(o.paid) % 100) AS paid
FROM shop_sales_orders AS o GROUP BY status ORDER BY status;
.print
.print Waiting longest for a parcel
SELECT lower(substr(hex(order_id), 1, 8)) || '…' AS "order", customer, items,
       printf('%,d.%02d', o.total / 100, o.total % 100) AS total,
       datetime(placed_at / 1000000, 'unixepoch') AS placed
FROM shop_sales_orders AS o WHERE status = 'Paid' ORDER BY placed_at, order_id LIMIT 5;
.print
.print Best sellers
SELECT sku, name, printf('%,d', sold) AS sold,
       printf('%,d.%02d', p.revenue / 100, p.revenue % 100) AS revenue
FROM shop_sales_products AS p ORDER BY p.revenue DESC, sku LIMIT 5;
