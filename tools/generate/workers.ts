import type { DeclaredRule, DeclaredWorker } from '../../local/functions.ts'
import { WHOLE_CPU_MEGABYTES } from '../../shared/platform/function-size.ts'
import { toFunctionName, toRoleStatements } from './function.ts'

/** Converts the declarations of queue workers and rules to the functions of serverless.yml. Pure. */
export const toWorkerFunctions = (workers: readonly DeclaredWorker[], rules: readonly DeclaredRule[]) =>
  Object.fromEntries([
    ...workers.map((declared) => [toFunctionName(declared), toWorkerFunction(declared)]),
    ...rules.map((declared) => [toFunctionName(declared), toRuleFunction(declared)]),
  ])

function toWorkerFunction({ file, worker }: DeclaredWorker) {
  const { queue, batchSize, concurrency, timeoutSeconds, memoryMegabytes = WHOLE_CPU_MEGABYTES, permissions } = worker
  const messages = {
    arn: { 'Fn::GetAtt': [toQueueId(queue), 'Arn'] },
    batchSize,
    maximumConcurrency: concurrency,
    functionResponseType: 'ReportBatchItemFailures',
  }
  return {
    handler: `functions/${file}.handler`,
    memorySize: memoryMegabytes,
    timeout: timeoutSeconds,
    events: [{ sqs: messages }],
    iamRoleStatements: toRoleStatements(permissions),
  }
}

const UNDELIVERABLE = { 'Fn::GetAtt': ['UndeliverableQueue', 'Arn'] }

/** Events that cannot be delivered to a rule's function, and those that it failed on at every attempt, move to `undeliverable`. */
function toRuleFunction(declared: DeclaredRule) {
  const {
    source,
    detailType,
    timeoutSeconds,
    memoryMegabytes = WHOLE_CPU_MEGABYTES,
    permissions,
    summary,
  } = declared.rule
  const name = `$\{self:service}-$\{sls:stage}-${toFunctionName(declared).replace('workers-', '')}`
  const events = {
    name,
    description: summary,
    pattern: { source: [source], 'detail-type': [detailType] },
    retryPolicy: { maximumEventAge: 86_400, maximumRetryAttempts: 185 },
    deadLetterQueueArn: UNDELIVERABLE,
  }
  return {
    handler: `functions/${declared.file}.handler`,
    memorySize: memoryMegabytes,
    timeout: timeoutSeconds,
    events: [{ eventBridge: events }],
    // Lambda retries after one and two minutes. It waits up to six hours while it is throttled.
    maximumRetryAttempts: 2,
    maximumEventAge: 21_600,
    destinations: { onFailure: { type: 'sqs', arn: UNDELIVERABLE } },
    // The default name is too long in some regions and stages.
    iamRoleStatementsName: `${name}-$\{self:provider.region}`,
    iamRoleStatements: toRoleStatements([...permissions, 'sendUndeliverable']),
  }
}

/** Returns the logical id of a queue in deploy/queues.yml: `test-images` is `TestImagesQueue`. */
const toQueueId = (queue: string): string =>
  `${queue.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Queue`
