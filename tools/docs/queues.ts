import type { WorkerFunction } from '../../local/sqs/poller.ts'
import { code, formatSeconds, table } from './markdown.ts'

interface Queue {
  readonly name: string
  /** Seconds until a message that was received and not deleted is delivered again. */
  readonly visibilitySeconds: number | undefined
  /** How often a message is received before it moves on, and the logical id of the queue that it moves to. */
  readonly redrive: { readonly attempts: number; readonly queueId: string } | undefined
}

/** Writes a table of the queues: who works on each, and what becomes of a message that keeps failing. Pure. */
export function writeQueueTable(queuesYaml: string, workers: readonly WorkerFunction[]): string {
  const queues = parseQueues(queuesYaml)
  const rows = [...queues.values()].map(({ name, visibilitySeconds, redrive }) => {
    const called = workers.find(({ worker }) => worker.queue === name)
    return [
      code(name),
      called
        ? code(called.name.replace('groundwork-workers-', ''))
        : 'none; see [operations.md](operations.md#redrive)',
      called ? String(called.worker.concurrency) : '',
      called ? formatSeconds(called.worker.timeoutSeconds) : '',
      visibilitySeconds === undefined || !called ? '' : formatSeconds(visibilitySeconds),
      redrive ? `${redrive.attempts} attempts, then ${code(queues.get(redrive.queueId)?.name ?? redrive.queueId)}` : '',
    ]
  })
  return table(['Queue', 'Worker', 'At a time', 'Timeout', 'Redelivered after', 'A message that keeps failing'], rows)
}

/** Parses the queues of `deploy/queues.yml` by their logical ids. Pure. */
export function parseQueues(yaml: string): Map<string, Queue> {
  const blocks = Array.from(
    yaml.matchAll(/^ {2}(\w+):\n {4}Type: AWS::SQS::Queue\n([\s\S]*?)(?=^ {2}\S|$(?![\s\S]))/gm),
  )
  const anchors = new Map(
    Array.from(yaml.matchAll(/RedrivePolicy: &(\w+)\n((?: {8}.+\n)+)/g), ([, anchor = '', lines = '']) => [
      anchor,
      lines,
    ]),
  )
  return new Map(
    blocks.map(([, id = '', body = '']) => {
      const alias = /RedrivePolicy: \*(\w+)/.exec(body)?.[1]
      return [id, toQueue(body, alias === undefined ? body : (anchors.get(alias) ?? ''))]
    }),
  )
}

function toQueue(body: string, redriveLines: string): Queue {
  const seconds = /VisibilityTimeout: (\d+)/.exec(body)?.[1]
  const attempts = /maxReceiveCount: (\d+)/.exec(redriveLines)?.[1]
  const queueId = /deadLetterTargetArn: !GetAtt (\w+)\.Arn/.exec(redriveLines)?.[1]
  return {
    name: /QueueName: \S*\}-([\w-]+)$/m.exec(body)?.[1] ?? '',
    visibilitySeconds: seconds === undefined ? undefined : Number(seconds),
    redrive: attempts === undefined || queueId === undefined ? undefined : { attempts: Number(attempts), queueId },
  }
}
