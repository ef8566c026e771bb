import { drain } from '../support/broker/drain.ts'
import { EVENT_QUEUES, type Fate, type QueuedMessage, WORK_QUEUES } from '../support/broker/queues.ts'
import type { QueueMessage } from '../support/broker/workers.ts'
import { SimulatedCrash } from '../support/world/call.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { DeployedWorld } from './deployed-world.ts'

/**
 * What happens to a message: its worker succeeds, it goes straight to the dead-letter queue, or it is lost. With `crash`,
 * a chunk's worker crashes between its receipt and the totals, and the message is lost; with `crash-dead-letter`, it goes
 * to the dead-letter queue. Other workers do not crash.
 */
export type MessageFate = 'done' | 'dead-letter' | 'lost' | 'crash' | 'crash-dead-letter'

interface Deployment extends Pick<DeployedWorld, 'world' | 'config' | 'interceptNext'> {
  /** Runs a worker's function, by its name without `groundwork-workers-`. */
  runWorker(name: string, message: unknown): Promise<void>
}

/** Events and deliveries come before work. */
const QUEUES = [...EVENT_QUEUES, ...WORK_QUEUES]

/**
 * Delivers all messages through the deployed workers. A worker that crashes is not retried. Any other error ends the drain.
 */
export async function drainDeployed(
  { world, config, runWorker, interceptNext }: Deployment,
  fateFor: (message: Readonly<Record<string, unknown>>) => MessageFate = () => 'done',
): Promise<void> {
  const fates = new Map<QueueMessage, MessageFate>()
  const crashAfterReceipt = () =>
    // After its receipt, a chunk's worker lists the receipts.
    interceptNext(({ method, key }) => method === 'list' && /\/\d+\/$/.test(key), 'before')
  const decide = (message: QueueMessage, receive: number): Fate => {
    if (receive > 1) return receive === 2 && fates.get(message) === 'crash-dead-letter' ? 'dead-letter' : 'lost'
    if (isEvent(message)) return 'run'
    const fate = fateFor({ ...message })
    fates.set(message, fate)
    if (fate === 'dead-letter' || fate === 'lost') return fate
    if (fate !== 'done' && 'chunk' in message) crashAfterReceipt()
    return 'run'
  }
  await drain(memoryPorts({ world, config }), {
    queues: QUEUES,
    workers: {
      run: (message) => runWorker(workerFor(message), message),
      deadLetter: (message) => runWorker('dead-letter', message),
    },
    pick: (_, messages) => indexOfFirst(messages),
    fate: decide,
    rethrow: (error) => !(error instanceof SimulatedCrash),
  })
}

const isEvent = (message: QueueMessage): boolean => ['dispatch-event', 'deliver-webhook'].includes(workerFor(message))

function workerFor(message: QueueMessage): string {
  if ('task' in message) return 'run-task'
  if ('chunk' in message) return 'run-chunk'
  if ('imageId' in message) return 'fetch-test-image'
  return 'webhook' in message ? 'deliver-webhook' : 'dispatch-event'
}

/** The oldest message of the first queue that has any. */
function indexOfFirst(messages: readonly QueuedMessage[]): number {
  const ranks = messages.map(({ queue }) => QUEUES.indexOf(queue))
  return ranks.indexOf(Math.min(...ranks))
}
