import { describe, expect, it } from '@jest/globals'
import { splitPath } from '../../shared/platform/http/path.ts'
import type { Worker } from '../../shared/platform/queue/worker.ts'
import { declaredFunctions } from './declared-functions.ts'
import { listed } from './statements.ts'
import { listAllStatements, listFunctions, ofType, packagedTemplate, rawTemplate } from './template.ts'

const template = await packagedTemplate()
const { endpoints, workers, rules } = await declaredFunctions()
const FUNCTIONS = listFunctions(template)
/** Of all inline policies of a role, white space aside. */
const MAX_POLICY_CHARACTERS = 10_240
const ARN_PREFIX = 'arn:aws:lambda:us-east-1:123456789012:function:groundwork-dev-'
/** Returns the declared name of the function with an ARN. */
const functionAt = (arn: string): string => arn.replace(ARN_PREFIX, 'groundwork-')
/** The names of the functions that the API invokes. */
const ENDPOINTS = [...new Set(endpoints.map(({ name }) => name.replace('groundwork-', '')))].toSorted()

const toLogGroup = (name: string): string =>
  `/aws/lambda/groundwork-dev-${ENDPOINTS.includes(name) ? 'endpoints' : 'workers'}`

describe('the functions of a deployment', () => {
  it('are the declared ones', () => {
    // One may serve several endpoints.
    const declared = [...new Set([...endpoints, ...workers, ...rules].map(({ name }) => name))]
    expect(FUNCTIONS.map(({ name }) => `groundwork-${name}`).toSorted()).toEqual(declared.toSorted())
  })

  it('run on Node 24 on arm64 with tracing and their declared timeouts', () => {
    for (const [id, properties] of ofType(template, 'AWS::Lambda::Function')) {
      const { Runtime, Architectures, TracingConfig, Timeout } = properties
      expect({ id, Runtime, Architectures, TracingConfig }).toEqual({
        id,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      })
      const isIt = ({ name }: { name: string }) => name === properties.FunctionName.replace('-dev', '')
      const timeoutSeconds = workers.find(isIt)?.worker.timeoutSeconds ?? rules.find(isIt)?.rule.timeoutSeconds
      expect({ id, Timeout }).toEqual({ id, Timeout: timeoutSeconds ?? 29 })
    }
  })

  it('have no secret in their environment', () => {
    const names = FUNCTIONS.flatMap(({ Environment }) => Object.keys(Environment.Variables))
    expect(names.filter((name) => !/^GROUNDWORK_[A-Z_]+$/.test(name))).toEqual([])
    expect(names.filter((name) => /SECRET|TOKEN|PASSWORD|KEY/.test(name))).toEqual([])
  })

  it('log to one group of endpoints and one of workers and rules, which exist before the functions', async () => {
    for (const { name, LoggingConfig } of FUNCTIONS)
      expect({ name, ...LoggingConfig }).toEqual({ name, LogGroup: toLogGroup(name) })
    // A reference makes CloudFormation create the group first; a function would not find one that is only named.
    const { Resources } = await rawTemplate()
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::Lambda::Function')
        expect(Resources[Properties.LoggingConfig.LogGroup.Ref]).toMatchObject({ Type: 'AWS::Logs::LogGroup' })
  })

  it('keep their logs for 30 days, like the API, and have no other log group', () => {
    const groups = ofType(template, 'AWS::Logs::LogGroup').map(([, { LogGroupName, RetentionInDays }]) => [
      LogGroupName,
      RetentionInDays,
    ])
    expect(groups.toSorted()).toEqual([
      ['/aws/http-api/groundwork-dev', 30],
      ['/aws/lambda/groundwork-dev-endpoints', 30],
      ['/aws/lambda/groundwork-dev-workers', 30],
    ])
  })
})

describe('the role of each function', () => {
  it('is not shared', () => {
    expect(new Set(FUNCTIONS.map(({ role }) => role)).size).toBe(FUNCTIONS.length)
  })

  it.each(FUNCTIONS)('$name writes only to the log group of its kind, and traces', ({ name, role }) => {
    expect(template.Resources[role]!.Properties.ManagedPolicyArns ?? []).toEqual([])
    const statements = listAllStatements(template, role)
    const others = statements.filter(({ Action }) => !/^(s3|sqs|sagemaker|iam):/.test(String(Action)))
    expect(others.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        `arn:aws:logs:us-east-1:123456789012:log-group:${toLogGroup(name)}:*`,
      ],
      [['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'],
    ])
  })

  it('is in use, like that of the API and that of labeling jobs, and there is no other', () => {
    const roles = ofType(template, 'AWS::IAM::Role').map(([id]) => id)
    expect(roles.toSorted()).toEqual([...FUNCTIONS.map(({ role }) => role), 'ApiRole', 'LabelingRole'].toSorted())
  })

  it('has inline policies within the limit of IAM, like every other role', () => {
    for (const [role, { Policies }] of ofType(template, 'AWS::IAM::Role')) {
      const characters = JSON.stringify(Policies.map((one: { PolicyDocument: object }) => one.PolicyDocument)).length
      expect([role, characters < MAX_POLICY_CHARACTERS]).toEqual([role, true])
    }
  })

  it('uses no wildcard for actions, buckets and queues of S3 and SQS, like every other role', () => {
    for (const [role] of ofType(template, 'AWS::IAM::Role'))
      for (const { Action, Resource } of listAllStatements(template, role)) {
        const actions = listed(Action).filter((action) => /^(\*|s3:|sqs:)/.test(action))
        expect(actions.filter((action) => action.includes('*'))).toEqual([])
        if (actions.length === 0) continue
        for (const one of listed(Resource)) expect(one).toMatch(/^arn:aws:(s3:::[\w-]+|sqs:[^*]+$)/)
      }
  })

  it('allows only labeling jobs and private workteams of this account and region', () => {
    const here = 'arn:aws:sagemaker:us-east-1:123456789012'
    const allowed = FUNCTIONS.flatMap(({ role }) =>
      listAllStatements(template, role).flatMap(({ Action, Resource }) =>
        listed(Action).flatMap((action) => listed(Resource).map((resource) => `${action} ${resource}`)),
      ),
    )
    expect([...new Set(allowed.filter((one) => one.startsWith('sagemaker:')))].toSorted()).toEqual([
      `sagemaker:AddTags ${here}:labeling-job/*`,
      `sagemaker:CreateLabelingJob ${here}:labeling-job/*`,
      `sagemaker:DescribeLabelingJob ${here}:labeling-job/*`,
      `sagemaker:DescribeWorkteam ${here}:workteam/private-crowd/*`,
      'sagemaker:ListLabelingJobs *',
      'sagemaker:ListWorkteams *',
      `sagemaker:StopLabelingJob ${here}:labeling-job/*`,
    ])
  })

  it('passes only the labeling role, only to the labeling service, and only from two functions', () => {
    const passing = FUNCTIONS.flatMap(({ name, role }) =>
      listAllStatements(template, role).flatMap((one) =>
        listed(one.Action).some((action) => action.startsWith('iam:')) ? [{ name, ...one }] : [],
      ),
    )
    const statement = {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['arn:aws:iam::123456789012:role/groundwork-dev-us-east-1-labeling'],
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }
    const names = ['labeling-create-job', 'workers-run-task']
    expect(passing).toEqual(names.map((name) => ({ name, ...statement })))
  })
})

/** Tells whether a request can match both paths: in each segment they are equal, or one has a parameter. */
function canMatchSame(path: string, other: string): boolean {
  const [segments, others] = [splitPath(path), splitPath(other)]
  const isParameter = (segment = ''): boolean => segment.startsWith('{')
  const fits = (segment: string, at: number) =>
    segment === others[at] || isParameter(segment) || isParameter(others[at])
  return segments.length === others.length && segments.every(fits)
}

describe('the API', () => {
  const routes = ofType(template, 'AWS::ApiGatewayV2::Route').map(([, { RouteKey, AuthorizationType, Target }]) => {
    const integration = template.Resources[Target.replace('integrations/', '')]!.Properties
    return { RouteKey, AuthorizationType, integration }
  })

  it('has one route for every endpoint, ANY for a GET, and leaves authorization to the functions', () => {
    const deployed = routes.map(({ RouteKey, AuthorizationType = 'NONE', integration }) => ({
      name: functionAt(integration.IntegrationUri),
      route: RouteKey,
      authorization: AuthorizationType,
    }))
    const declared = endpoints.map(({ name, endpoint: { method, path } }) => {
      const route = path === '$default' ? path : `${method === 'GET' ? 'ANY' : method} ${path}`
      return { name, route, authorization: 'NONE' }
    })
    const byRoute = (one: { route: string }, other: typeof one) => (one.route < other.route ? -1 : 1)
    expect(deployed.toSorted(byRoute)).toEqual(declared.toSorted(byRoute))
  })

  it('has no two paths that match the same request, because ANY of one could hide a method of the other', () => {
    const paths = [...new Set(endpoints.map(({ endpoint }) => endpoint.path))]
    const overlapping = paths.filter((path) => paths.some((other) => other !== path && canMatchSame(path, other)))
    expect(overlapping).toEqual([])
  })

  it('invokes its functions by a role that may invoke exactly these, and that only API Gateway can assume', () => {
    for (const { integration } of routes)
      expect(integration.CredentialsArn).toBe('arn:aws:iam::123456789012:role/ApiRole')
    expect(template.Resources.ApiRole?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'apigateway.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } },
      },
    ])
    const [statement, ...others] = listAllStatements(template, 'ApiRole')
    expect([statement?.Effect, statement?.Action, others]).toEqual(['Allow', 'lambda:InvokeFunction', []])
    const invoked = listed(statement?.Resource ?? []).map((arn) => arn.replace(ARN_PREFIX, ''))
    expect(invoked.toSorted()).toEqual(ENDPOINTS)
  })

  it('has no permission at a function', () => {
    const principals = ofType(template, 'AWS::Lambda::Permission').map(([, { Principal }]) => Principal)
    expect(principals).not.toContain('apigateway.amazonaws.com')
  })

  it('limits the request rate and the burst', () => {
    const [[, { DefaultRouteSettings }] = ['', {}]] = ofType(template, 'AWS::ApiGatewayV2::Stage')
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 })
  })

  it('limits each route that anyone can call on its own, after CloudFormation has created it', async () => {
    const [[, { RouteSettings }] = ['', {}]] = ofType(template, 'AWS::ApiGatewayV2::Stage')
    const open = endpoints.flatMap(({ endpoint: { method, path, scope } }) => {
      if (scope !== undefined) return []
      return path === '$default' ? [path] : [`${method === 'GET' ? 'ANY' : method} ${path}`]
    })
    expect(Object.keys(RouteSettings).toSorted()).toEqual(open.toSorted())
    const pages = endpoints
      .filter(({ name }) => name === 'groundwork-pages')
      .map(({ endpoint }) => `ANY ${endpoint.path}`)
    expect(pages.length).toBeGreaterThan(3)
    for (const [key, settings] of Object.entries(RouteSettings)) {
      const factor = pages.includes(key) ? 10 : 1
      expect([key, settings]).toEqual([key, { ThrottlingRateLimit: 5 * factor, ThrottlingBurstLimit: 40 * factor }])
    }
    const { Resources } = await rawTemplate()
    const dependencies: string[] = Resources.HttpApiStage?.DependsOn ?? []
    const keys = dependencies.flatMap((id) => Resources[id]?.Properties.RouteKey ?? [])
    expect(keys.toSorted()).toEqual(open.toSorted())
    expect(dependencies).toContain('HttpApiLogGroup')
  })

  it('uses payload format 2.0 and waits as long as a function may take', () => {
    for (const { integration } of routes) {
      expect(integration.PayloadFormatVersion).toBe('2.0')
      expect(integration.TimeoutInMillis).toBeGreaterThan(29_000)
    }
  })

  it('logs each call as a line of JSON without headers and query', () => {
    const [[, { AccessLogSettings, AutoDeploy }] = ['', {}]] = ofType(template, 'AWS::ApiGatewayV2::Stage')
    expect(AutoDeploy).toBe(true)
    const line = JSON.parse(AccessLogSettings.Format)
    expect(line).toMatchObject({ requestId: '$context.requestId', status: '$context.status', path: '$context.path' })
    expect(Object.values(line).filter((value) => !/^\$context\.[\w.]+$/.test(String(value)))).toEqual([])
  })
})

/** Where a message goes after it failed this often. Events and deliveries have no dead-letter consumer and are retried for hours. */
const REDRIVES: Readonly<Record<Worker['queue'], { readonly queue: string; readonly receives: number }>> = {
  tasks: { queue: 'dead-letter', receives: 5 },
  chunks: { queue: 'dead-letter', receives: 5 },
  'test-images': { queue: 'dead-letter', receives: 5 },
  'dead-letter': { queue: 'undeliverable', receives: 5 },
  events: { queue: 'undeliverable', receives: 50 },
  deliveries: { queue: 'undeliverable', receives: 50 },
}

describe('the workers', () => {
  const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, properties]) => properties)
  const queueAt = (arn: string) =>
    ofType(template, 'AWS::SQS::Queue').find(([, { QueueName }]) => arn.endsWith(`:${QueueName}`))![1]

  it('are the declared ones', () => {
    const called = mappings.map(({ FunctionName }) => functionAt(FunctionName))
    expect(called.toSorted()).toEqual(workers.map(({ name }) => name).toSorted())
  })

  it.each(workers)('$name is invoked as declared', ({ name, worker }) => {
    const mapping = mappings.find(({ FunctionName }) => functionAt(FunctionName) === name)
    expect(mapping).toMatchObject({
      EventSourceArn: `arn:aws:sqs:us-east-1:123456789012:groundwork-dev-${worker.queue}`,
      BatchSize: worker.batchSize,
      ScalingConfig: { MaximumConcurrency: worker.concurrency },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      Enabled: true,
    })
    const { VisibilityTimeout, RedrivePolicy } = queueAt(mapping.EventSourceArn)
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * worker.timeoutSeconds)
    const { queue, receives } = REDRIVES[worker.queue]
    expect(RedrivePolicy).toEqual({
      deadLetterTargetArn: `arn:aws:sqs:us-east-1:123456789012:groundwork-dev-${queue}`,
      maxReceiveCount: receives,
    })
  })
})
