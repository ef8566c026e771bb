import { ChunkMessage } from '../../../shared/platform/fan-out/messages.ts'
import { runChunk } from '../../../shared/platform/fan-out/run-round.ts'
import { fetchTestImage } from '../../../shared/test-images/fetch.ts'
import { FetchTestImageMessage } from '../../../shared/test-images/test-image.ts'
import { deadLetter } from '../../../shared/workers/dead-letter.ts'
import { toRoundRef } from '../../../shared/workers/registry.ts'
import { runTask, TaskMessage } from '../../../shared/workers/run-task.ts'
import type { MemoryPorts } from './ports.ts'

type WorkMessage = TaskMessage | ChunkMessage | FetchTestImageMessage

export interface DrainOptions {
  /** The last message sent comes first. */
  readonly reversed?: boolean
  /** Which of so many messages that wait comes next, for any order. */
  readonly pick?: (waiting: number) => number
  /** How often each message is brought, though it succeeded; once by default. */
  readonly times?: number
  /** All messages that wait are worked on at the same time. */
  readonly atOnce?: boolean
  /** So many of them are; 1 by default. */
  readonly inFlight?: number
  /** Messages that get lost. */
  readonly lost?: (message: WorkMessage) => boolean
  /** How often a message that fails is brought before it is given up; 4 by default. */
  readonly receives?: number
  /** How often a message is given up before it is gone, though giving up failed too; never by default. */
  readonly giveUps?: number
  /** Called before each message: whether it is given up now. */
  readonly before?: (givingUp: boolean) => void
  /** Called after each message, whatever became of it. */
  readonly after?: () => Promise<void>
}

interface Delivery {
  readonly message: WorkMessage
  readonly receives: number
}

/**
 * Brings the world's messages to their workers as the queues do: until all is quiet, each until it succeeds, and to the
 * one who gives up when it keeps failing. @returns the errors of all that failed on the way
 */
export async function drain(ports: MemoryPorts, options: DrainOptions = {}): Promise<unknown[]> {
  const { reversed = false, times = 1, atOnce = false, lost = () => false, after = async () => undefined } = options
  const { receives = 4, giveUps = Number.POSITIVE_INFINITY, inFlight = 1 } = options
  const pick = options.pick ?? ((count) => (reversed ? count - 1 : 0))
  const errors: unknown[] = []
  const waiting: Delivery[] = []
  for (let turn = 0; ; turn++) {
    if (turn > MOST_TURNS) throw new Error('the queues never come to rest', { cause: errors.at(-1) })
    const sent = takeMessages(ports).filter((message) => !lost(message))
    waiting.push(...sent.flatMap((message) => Array<Delivery>(times).fill({ message, receives: 1 })))
    if (waiting.length === 0) return errors
    const count = atOnce ? waiting.length : Math.min(inFlight, waiting.length)
    const taken = Array.from({ length: count }, () => waiting.splice(atOnce ? 0 : pick(waiting.length), 1)).flat()
    await Promise.all(
      taken.map(async (delivery) => {
        try {
          await deliver(delivery, ports, options)
        } catch (error) {
          errors.push(error)
          if (delivery.receives < receives + giveUps) waiting.push({ ...delivery, receives: delivery.receives + 1 })
        }
        await after()
      }),
    )
  }
}

/** Work that goes on for longer than any test's goes round in circles. */
const MOST_TURNS = 10_000

async function deliver({ message, receives }: Delivery, ports: MemoryPorts, options: DrainOptions): Promise<void> {
  const givingUp = receives > (options.receives ?? 4)
  options.before?.(givingUp)
  if (givingUp) await deadLetter(message, ports)
  else if ('task' in message) await runTask(message, ports)
  else if ('imageId' in message) await fetchTestImage(message.imageId, ports)
  else await runChunk(toRoundRef(message), message.chunk, ports)
}

/** Takes what was sent to the workers' queues since the last time. */
function takeMessages({ world: { sent } }: MemoryPorts): WorkMessage[] {
  const tasks = sent.tasks.splice(0).map((message) => TaskMessage.parse(message))
  const chunks = sent.chunks.splice(0).map((message) => ChunkMessage.parse(message))
  return [...tasks, ...chunks, ...sent['test-images'].splice(0).map((message) => FetchTestImageMessage.parse(message))]
}
