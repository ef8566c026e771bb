// CloudFormation allows 500 resources in a stack. The deployment tool creates a permission of API Gateway for each
// function, which no setting turns off. It can name a shared log group, but the plugin for roles always grants each
// function a group of its own. So both are replaced after the template is compiled. A function here gets the resources of a template by their logical ids and returns them changed; it changes nothing in
// place. docs/adr/0012-shared-resources.md has the reasons.

/**
 * An upper limit that fits IAM's 10,240 characters for the inline policies of a role in every partition, region and
 * stage: an ARN with a name of 64 characters and the longest partition and region has 123 characters, and 126 with its
 * quotes and comma.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_FUNCTIONS_PER_ROLE = 80

const ofType = (resources, type) => Object.entries(resources).filter(([, { Type }]) => Type === type)
const without = (resources, ids) => Object.fromEntries(Object.entries(resources).filter(([id]) => !ids.has(id)))

/** Returns what `Fn::GetAtt` refers to. @throws Error when the value is anything else */
const referredId = (value) => {
  const [id] = value?.['Fn::GetAtt'] ?? []
  if (id === undefined) throw new Error(`expected a reference to a resource, not ${JSON.stringify(value)}`)
  return id
}

/** The logical ids of the functions that the API invokes. */
const listApiFunctions = (resources) => [
  ...new Set(
    ofType(resources, 'AWS::ApiGatewayV2::Integration').map(([, one]) => referredId(one.Properties.IntegrationUri)),
  ),
]

/** Replaces the statement with which a role writes to the log group of its function. @throws Error when there is none */
const withLogGroup = (role, group) => {
  const isOfLogs = ({ Action }) => [Action].flat().every((action) => action.startsWith('logs:'))
  const [policy] = role.Properties.Policies
  const statements = policy.PolicyDocument.Statement
  if (statements.filter(isOfLogs).length !== 1) throw new Error('expected a role with one statement for its log group')
  // The ARN of a log group ends in `:*`, which includes its streams.
  const writing = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::GetAtt': [group, 'Arn'] },
  }
  const Statement = statements.map((statement) => (isOfLogs(statement) ? writing : statement))
  const Policies = [{ ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } }]
  return { ...role, Properties: { ...role.Properties, Policies } }
}

/**
 * Lets the functions of the API log to `EndpointsLogGroup` and all others to `WorkersLogGroup`, allows their roles no
 * other log group, and removes the log group that each function had.
 * @throws Error when a function shares its role, or has no statement for its log group
 */
exports.shareLogGroups = (resources) => {
  const behindApi = new Set(listApiFunctions(resources))
  const removed = new Set()
  const changed = {}
  for (const [id, definition] of ofType(resources, 'AWS::Lambda::Function')) {
    const group = behindApi.has(id) ? 'EndpointsLogGroup' : 'WorkersLogGroup'
    const isLogGroup = (name) => resources[name].Type === 'AWS::Logs::LogGroup'
    for (const name of definition.DependsOn.filter(isLogGroup)) removed.add(name)
    const role = referredId(definition.Properties.Role)
    if (role in changed) throw new Error(`${id} shares the role ${role} with another function`)
    changed[role] = withLogGroup(resources[role], group)
    changed[id] = {
      ...definition,
      Properties: { ...definition.Properties, LoggingConfig: { LogGroup: { Ref: group } } },
      DependsOn: definition.DependsOn.filter((name) => !isLogGroup(name)),
    }
  }
  return { ...without(resources, removed), ...changed }
}

/** A role with which API Gateway can invoke these functions. */
const toApiRole = (functions) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Description: 'What the API of Groundwork may invoke',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'sts:AssumeRole',
          // IfExists, because the AWS documentation does not list API Gateway among the senders of this key.
          Condition: { StringEqualsIfExists: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'api',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: functions.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
            },
          ],
        },
      },
    ],
  },
})

/**
 * Lets API Gateway invoke functions with a role, `ApiRole`, instead of a permission at each function. There is another
 * role for each further 80 functions, because the policy of a role is limited.
 */
exports.invokeByRole = (resources) => {
  const functions = listApiFunctions(resources)
  const toRoleId = (id) => {
    const number = Math.floor(functions.indexOf(id) / MAX_FUNCTIONS_PER_ROLE) + 1
    return number === 1 ? 'ApiRole' : `ApiRole${number}`
  }
  const groups = Object.entries(Object.groupBy(functions, toRoleId))
  const roles = Object.fromEntries(groups.map(([role, ids]) => [role, toApiRole(ids)]))
  const integrations = ofType(resources, 'AWS::ApiGatewayV2::Integration').map(([id, integration]) => {
    const role = toRoleId(referredId(integration.Properties.IntegrationUri))
    const CredentialsArn = { 'Fn::GetAtt': [role, 'Arn'] }
    return [id, { ...integration, Properties: { ...integration.Properties, CredentialsArn } }]
  })
  const permissions = ofType(resources, 'AWS::Lambda::Permission').filter(
    ([, { Properties }]) => Properties.Principal === 'apigateway.amazonaws.com',
  )
  const removed = new Set(permissions.map(([id]) => id))
  return { ...without(resources, removed), ...roles, ...Object.fromEntries(integrations) }
}

/**
 * Removes a resource that nothing refers to.
 * @throws Error when something does
 */
exports.removeUnused = (resources, id) => {
  const rest = without(resources, new Set([id]))
  const users = Object.entries(rest).filter(([, definition]) => JSON.stringify(definition).includes(`"${id}"`))
  if (users.length > 0) throw new Error(`${id} is used by ${users.map(([user]) => user).join(', ')}`)
  return rest
}
