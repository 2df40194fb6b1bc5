-- What root users did by access key, one row a key: a key of their own, a session of the console, or a session that
-- the organization took with AssumeRoot for one task. Calls that services made on behalf of an account are left out.
-- Over the table of stacks/trail-history.yaml; for the placeholders see trail-root-sign-ins.sql. The account that asked
-- for a session need not be among the accounts: the record of what the session did says so, too.
WITH events AS (
    SELECT
        COALESCE(recipientaccountid, useridentity.accountid) AS account,
        useridentity.type AS identity_type,
        useridentity.accesskeyid AS access_key,
        useridentity.sessioncontext.assumedroot AS assumed_root,
        useridentity.sessioncontext.attributes.creationdate AS session_began,
        useridentity.invokedby AS invoked_by,
        CASE eventname
            WHEN 'AssumeRoot' THEN TRY(JSON_EXTRACT_SCALAR(responseelements, '$.credentials.accessKeyId'))
        END AS asked_key,
        eventtype AS event_type,
        eventname AS event_name,
        eventtime AS event_time,
        eventid AS event_id,
        sourceipaddress AS source_ip
    FROM {table}
    WHERE {accounts}
      AND region IN ({regions})
      AND day BETWEEN '{from_day}' AND '{to_day}'
      AND (useridentity.type = 'Root' OR eventname = 'AssumeRoot')
), asked AS (
    SELECT DISTINCT asked_key AS key_of_session FROM events WHERE asked_key IS NOT NULL
), calls AS (
    SELECT
        events.*,
        CASE
            WHEN asked.key_of_session IS NOT NULL OR assumed_root = 'true' THEN 'AssumeRoot session'
            WHEN access_key LIKE 'ASIA%' OR session_began IS NOT NULL THEN 'console session'
            ELSE 'access key'
        END AS kind
    FROM events
    LEFT JOIN asked ON asked.key_of_session = events.access_key
    WHERE identity_type = 'Root'
      AND access_key <> ''
      AND invoked_by IS NULL
      AND COALESCE(event_type, '') <> 'AwsServiceEvent'
)
SELECT
    account,
    kind,
    access_key,
    COUNT(DISTINCT event_id) AS events,
    MIN(event_time) AS first_event,
    MAX(event_time) AS last_event,
    ARRAY_JOIN(ARRAY_SORT(ARRAY_AGG(DISTINCT event_name)), ', ') AS event_names,
    ARRAY_JOIN(ARRAY_SORT(ARRAY_AGG(DISTINCT source_ip)), ', ') AS source_ips
FROM calls
GROUP BY account, kind, access_key
ORDER BY last_event DESC, account, access_key
