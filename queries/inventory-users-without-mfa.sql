-- Users with a console password and no MFA, those that signed in last on top.
-- Over the dataset `inventory` (Athena: the table of inventory/; DuckDB: a view of its Parquet files), of whose partitions,
-- by `date`, each holds everything: the newest is looked at.
SELECT
    account,
    account_name,
    ou_path,
    name,
    password_last_used_at,
    report_generated_at
FROM inventory
WHERE date = (SELECT MAX(date) FROM inventory)
  AND resource_type = 'AWS::IAM::User'
  AND password_enabled
  AND NOT mfa_active
ORDER BY password_last_used_at DESC NULLS LAST, account, name
