import { describe, expect, it } from '@jest/globals'
import { declaredFunctions } from './declared-functions.ts'
import { ofType, packagedTemplate } from './template.ts'

const template = await packagedTemplate()
const { rules } = await declaredFunctions()
const deployed = ofType(template, 'AWS::Events::Rule').map(([, properties]) => properties)
const LOST = 'arn:aws:sqs:us-east-1:123456789012:groundwork-dev-undeliverable'

const toFunctionArn = (name: string): string =>
  `arn:aws:lambda:us-east-1:123456789012:function:${name.replace('groundwork', 'groundwork-dev')}`
const findRule = (name: string) => deployed.find(({ Targets }) => Targets[0].Arn === toFunctionArn(name))
const toRuleArn = (name: string): string => `arn:aws:events:us-east-1:123456789012:rule/${findRule(name).Name}`

describe('the rules of the event bus', () => {
  it('are the declared ones', () => {
    expect(rules.length).toBeGreaterThan(0)
    expect(deployed).toHaveLength(rules.length)
  })

  it.each(rules)('$name matches its declared events on the default bus', ({ name, rule }) => {
    const { EventPattern, EventBusName, State, Targets, ScheduleExpression } = findRule(name)
    expect(EventPattern).toEqual({ source: [rule.source], 'detail-type': [rule.detailType] })
    expect({ EventBusName, ScheduleExpression }).toEqual({ EventBusName: undefined, ScheduleExpression: undefined })
    expect(State).toBe('ENABLED')
    expect(Targets).toHaveLength(1)
    const { Input, InputPath, InputTransformer } = Targets[0]
    expect([Input, InputPath, InputTransformer]).toEqual([undefined, undefined, undefined])
  })

  it.each(rules)('$name may be invoked only by its rule', ({ name }) => {
    const permissions = ofType(template, 'AWS::Lambda::Permission').map(([, properties]) => properties)
    const own = permissions.filter(({ FunctionName }) => FunctionName === toFunctionArn(name))
    expect(own).toEqual([
      {
        FunctionName: toFunctionArn(name),
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: toRuleArn(name),
      },
    ])
  })

  it.each(rules)('$name loses no event: undelivered and failed events go to the queue undeliverable', ({ name }) => {
    const [target] = findRule(name).Targets
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 })
    expect(target.DeadLetterConfig).toEqual({ Arn: LOST })
    const retries = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([, properties]) => properties)
    expect(retries).toContainEqual({
      FunctionName: name.replace('groundwork', 'groundwork-dev'),
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 21_600,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: LOST } },
    })
  })

  it('may send without a role only to the queue undeliverable', () => {
    const policies = ofType(template, 'AWS::SQS::QueuePolicy').flatMap(([, { Queues, PolicyDocument }]) =>
      PolicyDocument.Statement.map((statement: object) => ({ Queues, ...statement })),
    )
    expect(policies.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Queues: ['https://sqs.us-east-1.amazonaws.com/123456789012/groundwork-dev-undeliverable'],
        Sid: 'EventsThatNobodyTook',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: LOST,
        Condition: { ArnEquals: { 'aws:SourceArn': rules.map(({ name }) => toRuleArn(name)) } },
      },
    ])
  })
})
