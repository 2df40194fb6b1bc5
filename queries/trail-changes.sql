-- Who created, changed or deleted which user, access key, policy, instance or security group, when and from where,
-- newest first; attempts that were refused have the reason as outcome.
-- Over the table of stacks/trail-history.yaml; for the placeholders see trail-root-sign-ins.sql. For one resource add a
-- condition at the end such as AND resource LIKE '%i-0123456789abcdef0%'.
WITH changes AS (
    SELECT
        COALESCE(recipientaccountid, useridentity.accountid) AS account,
        awsregion AS region,
        eventtime AS event_time,
        eventname AS event_name,
        CASE eventsource
            WHEN 'ec2.amazonaws.com' THEN ARRAY_JOIN(ARRAY_SORT(ARRAY_DISTINCT(REGEXP_EXTRACT_ALL(
                COALESCE(requestparameters, '') || ' ' || COALESCE(responseelements, ''), '\b(?:i|sg)-[0-9a-f]{8,17}\b'
            ))), ', ')
            -- A call that names nobody is about its caller.
            ELSE COALESCE(NULLIF(CONCAT_WS(
                ' ',
                TRY(JSON_EXTRACT_SCALAR(requestparameters, '$.userName')),
                TRY(JSON_EXTRACT_SCALAR(requestparameters, '$.policyArn')),
                TRY(JSON_EXTRACT_SCALAR(requestparameters, '$.policyName')),
                COALESCE(
                    TRY(JSON_EXTRACT_SCALAR(requestparameters, '$.accessKeyId')),
                    TRY(JSON_EXTRACT_SCALAR(responseelements, '$.accessKey.accessKeyId'))
                )
            ), ''), useridentity.arn)
        END AS resource,
        COALESCE(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS who,
        useridentity.invokedby AS invoked_by,
        sourceipaddress AS source_ip,
        SUBSTR(REGEXP_REPLACE(useragent, '\p{Cc}', '?'), 1, 500) AS user_agent,
        COALESCE(errorcode, 'Success') AS outcome,
        eventid AS event_id,
        ROW_NUMBER() OVER (PARTITION BY recipientaccountid, eventid ORDER BY eventtime) AS copy
    FROM {table}
    WHERE {accounts}
      AND region IN ({regions})
      AND day BETWEEN '{from_day}' AND '{to_day}'
      AND (
        (eventsource = 'iam.amazonaws.com' AND eventname IN (
            'CreateUser', 'UpdateUser', 'DeleteUser',
            'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile',
            'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey',
            'AddUserToGroup', 'RemoveUserFromGroup',
            'AttachUserPolicy', 'DetachUserPolicy', 'PutUserPolicy', 'DeleteUserPolicy',
            'PutUserPermissionsBoundary', 'DeleteUserPermissionsBoundary',
            'CreatePolicy', 'DeletePolicy',
            'CreatePolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'
        ))
        OR (eventsource = 'ec2.amazonaws.com' AND eventname IN (
            'RunInstances', 'StartInstances', 'StopInstances', 'TerminateInstances', 'ModifyInstanceAttribute',
            'CreateSecurityGroup', 'DeleteSecurityGroup', 'ModifySecurityGroupRules',
            'AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress',
            'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupEgress'
        ))
      )
)
SELECT
    account,
    region,
    event_time,
    event_name,
    resource,
    who,
    invoked_by,
    source_ip,
    user_agent,
    outcome,
    event_id
FROM changes
WHERE copy = 1
ORDER BY event_time DESC, account, event_id
