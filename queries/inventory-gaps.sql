-- For each account, how many users each source knows: where `report_alone` is not 0, AWS Config lacks somebody.
-- Over the dataset `inventory` (Athena: the table of inventory/; DuckDB: a view of its Parquet files), of whose partitions,
-- by `date`, each holds everything: the newest is looked at.
-- Accounts that nobody could look at have no rows here: the ledger in runs/user-inventory/ names them.
SELECT
    account,
    account_name,
    COUNT(*) AS users,
    SUM(CASE WHEN found_in = 'both' THEN 1 ELSE 0 END) AS in_both,
    SUM(CASE WHEN found_in = 'config' THEN 1 ELSE 0 END) AS config_alone,
    SUM(CASE WHEN found_in = 'credential_report' THEN 1 ELSE 0 END) AS report_alone
FROM inventory
WHERE date = (SELECT MAX(date) FROM inventory)
  AND resource_type = 'AWS::IAM::User'
GROUP BY account, account_name
ORDER BY report_alone DESC, account
