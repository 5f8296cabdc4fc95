-- What the projections hold, by plain SQL: the state tables are the read models.
.print
.print Top accounts
SELECT owner,
       lower(substr(hex(aggregate_id), 1, 8)) || '…' AS account,
       printf('%,d.%02d', b.balance / 100, b.balance % 100) AS balance,
       currency,
       movements
FROM bank_balance AS b ORDER BY b.balance DESC LIMIT 10;
.print
.print Totals of the bank
SELECT printf('%,d', opened) AS opened, closed, printf('%,d', deposits) AS deposits,
       printf('%,d.%02d', deposited / 100, deposited % 100) AS deposited,
       printf('%,d.%02d', withdrawn / 100, withdrawn % 100) AS withdrawn,
       printf('%,d.%02d', largest / 100, largest % 100) AS "largest deposit"
FROM bank_totals;
.print
.print What the accounts hold
SELECT c.key AS currency, accounts,
       printf('%,d.%02d', CAST(c.value AS INTEGER), CAST(round(c.value * 100) AS INTEGER) % 100) AS "in all"
FROM bank_totals, json_each(in_currency) AS c
JOIN (SELECT currency, count(*) AS accounts FROM bank_totals_currency_of GROUP BY currency) AS t ON t.currency = c.key
ORDER BY c.key;
