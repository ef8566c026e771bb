import { ChunkMessage } from '../../shared/fan-out/messages.ts'
import { runChunk } from '../../shared/fan-out/run.ts'
import { giveUp, runTask, TaskMessage } from '../../shared/tasks.ts'
import { roundOf } from '../../shared/works.ts'
import type { MemoryPorts } from './ports.ts'

export interface DrainOptions {
  /** The last message sent comes first. */
  readonly reversed?: boolean
  /** How often each message is brought, though it succeeded; once by default. */
  readonly times?: number
  /** All messages that wait are worked on at the same time. */
  readonly atOnce?: boolean
  /** Messages that get lost. */
  readonly lost?: (message: TaskMessage | ChunkMessage) => boolean
  /** How often a message that fails is brought before it is given up; 4 by default. */
  readonly receives?: number
  /** Called after each message, whatever became of it. */
  readonly after?: () => Promise<void>
}

interface Delivery {
  readonly message: TaskMessage | ChunkMessage
  readonly receives: number
}

/**
 * Brings the world's messages to their workers as the queues do: until all is quiet, each until it succeeds, and to the
 * one who gives up when it keeps failing. @returns the errors of all that failed on the way
 */
export async function drain(ports: MemoryPorts, options: DrainOptions = {}): Promise<unknown[]> {
  const { reversed = false, times = 1, atOnce = false, lost = () => false, after = async () => undefined } = options
  const errors: unknown[] = []
  const waiting: Delivery[] = []
  for (let turn = 0; ; turn++) {
    if (turn > MOST_TURNS) throw new Error('the queues never come to rest', { cause: errors.at(-1) })
    const sent = takeMessages(ports).filter((message) => !lost(message))
    waiting.push(...sent.flatMap((message) => Array<Delivery>(times).fill({ message, receives: 1 })))
    if (waiting.length === 0) return errors
    const taken = atOnce ? waiting.splice(0) : waiting.splice(reversed ? -1 : 0, 1)
    await Promise.all(
      taken.map(async (delivery) => {
        try {
          await deliver(delivery, ports, options)
        } catch (error) {
          errors.push(error)
          waiting.push({ ...delivery, receives: delivery.receives + 1 })
        }
        await after()
      }),
    )
  }
}

/** Work that goes on for longer than any test's goes round in circles. */
const MOST_TURNS = 10_000

async function deliver({ message, receives }: Delivery, ports: MemoryPorts, options: DrainOptions): Promise<void> {
  if (receives > (options.receives ?? 4)) await giveUp(message, ports)
  else if ('task' in message) await runTask(message, ports)
  else await runChunk(roundOf(message), message.chunk, ports)
}

/** Takes what was sent to the workers' queues since the last time. */
function takeMessages({ world: { sent } }: MemoryPorts): (TaskMessage | ChunkMessage)[] {
  const tasks = sent.tasks.splice(0).map((message) => TaskMessage.parse(message))
  return [...tasks, ...sent.chunks.splice(0).map((message) => ChunkMessage.parse(message))]
}
