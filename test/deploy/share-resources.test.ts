import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'

// biome-ignore lint/suspicious/noExplicitAny: resources have every shape
type Resources = Readonly<Record<string, any>>
const { invokeByRole, removeUnused, shareLogGroups } = createRequire(import.meta.url)(
  '../../deploy/share-resources.cjs',
)

const arnAt = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const XRAY = { Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: '*' }

/** A function with its role and its log group, as the deployment tool compiles them. */
const functionNamed = (name: string): Resources => ({
  [name]: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: name.toLowerCase(), Role: arnAt(`${name}Role`) },
    DependsOn: [`${name}Role`, `${name}LogGroup`],
  },
  [`${name}LogGroup`]: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  [`${name}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyName: 'own',
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:PutLogEvents'], Resource: '*' }, XRAY],
          },
        },
      ],
    },
  },
})

/** The same function behind the API. */
const endpointNamed = (name: string): Resources => ({
  ...functionNamed(name),
  [`${name}Integration`]: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: { IntegrationUri: arnAt(name), PayloadFormatVersion: '2.0' },
  },
  [`${name}Permission`]: {
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: arnAt(name), Principal: 'apigateway.amazonaws.com' },
  },
})

const TEMPLATE: Resources = {
  ...endpointNamed('Get'),
  ...functionNamed('Copy'),
  EndpointsLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  WorkersLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  ApiLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: {} },
}

describe('shareLogGroups', () => {
  const shared: Resources = shareLogGroups(TEMPLATE)

  it('makes functions of the API log to one group and all others to another', () => {
    expect(shared.Get.Properties.LoggingConfig).toEqual({ LogGroup: { Ref: 'EndpointsLogGroup' } })
    expect(shared.Copy.Properties.LoggingConfig).toEqual({ LogGroup: { Ref: 'WorkersLogGroup' } })
    expect(shared.Get.Properties.FunctionName).toBe('get')
  })

  it('removes the log group of each function and keeps all others', () => {
    const groups = Object.keys(shared).filter((id) => shared[id].Type === 'AWS::Logs::LogGroup')
    expect(groups).toEqual(['EndpointsLogGroup', 'WorkersLogGroup', 'ApiLogGroup'])
    expect(shared.Get.DependsOn).toEqual(['GetRole'])
  })

  it('allows each role to write to its group, not to create one, and keeps its other statements', () => {
    for (const [role, group] of [
      ['GetRole', 'EndpointsLogGroup'],
      ['CopyRole', 'WorkersLogGroup'],
    ] as const) {
      const [{ PolicyName, PolicyDocument }] = shared[role].Properties.Policies
      const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arnAt(group) }
      expect([PolicyName, PolicyDocument.Statement]).toEqual(['own', [logs, XRAY]])
    }
  })

  it('throws when a role has no statement for its log group, or two functions share a role', () => {
    const withRole = (name: string, role: object): Resources => ({ ...TEMPLATE, [name]: role })
    const bare = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [XRAY] } }] } }
    expect(() => shareLogGroups(withRole('CopyRole', bare))).toThrow('log group')
    const other = { ...TEMPLATE.Copy, Properties: { Role: arnAt('GetRole') } }
    expect(() => shareLogGroups({ ...TEMPLATE, Copy: other })).toThrow('GetRole')
  })

  it('changes nothing in place', () => {
    const before = structuredClone(TEMPLATE)
    invokeByRole(shareLogGroups(TEMPLATE))
    expect(TEMPLATE).toEqual(before)
  })
})

describe('invokeByRole', () => {
  it('lets integrations use a role that may invoke exactly the functions of the API', () => {
    const changed: Resources = invokeByRole({ ...TEMPLATE, ...endpointNamed('Put') })
    expect(changed.GetIntegration.Properties).toEqual({
      IntegrationUri: arnAt('Get'),
      PayloadFormatVersion: '2.0',
      CredentialsArn: arnAt('ApiRole'),
    })
    const [{ PolicyDocument }] = changed.ApiRole.Properties.Policies
    expect(PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [arnAt('Get'), arnAt('Put')] },
    ])
  })

  it('removes the permissions of API Gateway and keeps those of others', () => {
    const Other = { Type: 'AWS::Lambda::Permission', Properties: { Principal: 'events.amazonaws.com' } }
    const changed: Resources = invokeByRole({ ...TEMPLATE, Other })
    expect(Object.keys(changed).filter((id) => changed[id].Type === 'AWS::Lambda::Permission')).toEqual(['Other'])
  })

  it('adds roles as needed, so that each has a policy within the limit of IAM in every region', () => {
    const names = Array.from({ length: 200 }, (_, index) => `Function${index}`)
    const changed: Resources = invokeByRole(Object.assign({}, ...names.map(endpointNamed)))
    const longestArn = `arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:${'n'.repeat(64)}`
    const roles = Object.keys(changed).filter((id) => id.startsWith('ApiRole'))
    const invoked = roles.flatMap((role) => {
      const [{ PolicyDocument }] = changed[role].Properties.Policies
      const text = JSON.stringify(PolicyDocument, (_, value) => (value?.['Fn::GetAtt'] ? longestArn : value))
      expect([role, text.length <= 10_240]).toEqual([role, true])
      return PolicyDocument.Statement[0].Resource.map((arn: object) => ({ role, arn }))
    })
    expect(roles).toEqual(['ApiRole', 'ApiRole2', 'ApiRole3'])
    const used = names.map((name) => {
      const { CredentialsArn, IntegrationUri } = changed[`${name}Integration`].Properties
      return { role: CredentialsArn['Fn::GetAtt'][0], arn: IntegrationUri }
    })
    expect(invoked).toEqual(used)
  })
})

describe('removeUnused', () => {
  it('removes a resource', () => {
    const { ApiLogGroup: _, ...others } = TEMPLATE
    expect(removeUnused(TEMPLATE, 'ApiLogGroup')).toEqual(others)
  })

  it('throws when another resource refers to it', () => {
    expect(() => removeUnused(TEMPLATE, 'GetRole')).toThrow('Get')
  })
})
