-- Sign-ins of root users to the console and attempts at it, newest first, however old the trail is.
-- Over the table of stacks/trail-history.yaml. Placeholders: {table}; {accounts}, a condition such as TRUE or
-- account IN ('111122223333'); {regions}, a list of quoted Regions; {from_day} and {to_day}, days of delivery such as
-- 2026/11/20. What happens close to midnight may be delivered on the next day: ask for one day more.
-- Sessions of AssumeRoot and calls with access keys are no sign-ins: see trail-root-keys.sql.
WITH attempts AS (
    SELECT
        COALESCE(recipientaccountid, useridentity.accountid) AS account,
        awsregion AS region,
        eventtime AS event_time,
        COALESCE(TRY(JSON_EXTRACT_SCALAR(responseelements, '$.ConsoleLogin')), 'Unknown') AS outcome,
        TRY(JSON_EXTRACT_SCALAR(additionaleventdata, '$.MFAUsed')) AS mfa_used,
        sourceipaddress AS source_ip,
        SUBSTR(REGEXP_REPLACE(useragent, '\p{Cc}', '?'), 1, 500) AS user_agent,
        eventid AS event_id
    FROM {table}
    WHERE {accounts}
      AND region IN ({regions})
      AND day BETWEEN '{from_day}' AND '{to_day}'
      AND eventsource = 'signin.amazonaws.com'
      AND eventname = 'ConsoleLogin'
      AND useridentity.type = 'Root'
), numbered AS (
    SELECT
        attempts.*,
        ROW_NUMBER() OVER (
            PARTITION BY account, event_id
            ORDER BY CASE outcome WHEN 'Success' THEN 0 WHEN 'Failure' THEN 1 ELSE 2 END, event_time DESC
        ) AS copy
    FROM attempts
)
SELECT
    account,
    region,
    event_time,
    outcome,
    mfa_used,
    source_ip,
    user_agent,
    event_id
FROM numbered
WHERE copy = 1
ORDER BY event_time DESC, account, event_id
