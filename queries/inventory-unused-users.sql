-- Users that have neither signed in nor used a key in the 90 days before their credential report, and can still do so.
-- A user whose last use nobody knows, and who is younger than that, is not told.
-- Over the dataset `inventory` (Athena: the table of inventory/; DuckDB: a view of its Parquet files), of whose partitions,
-- by `date`, each holds everything: the newest is looked at.
SELECT
    account,
    account_name,
    name,
    created_at,
    last_used_at,
    managed_policies
FROM inventory
WHERE date = (SELECT MAX(date) FROM inventory)
  AND resource_type = 'AWS::IAM::User'
  AND credentials_state = 'joined'
  AND (password_enabled OR access_key_1_active OR access_key_2_active)
  AND COALESCE(last_used_at, created_at) < report_generated_at - INTERVAL '90' DAY
ORDER BY account, name
