import type { QueueName } from '../../shared/platform/config.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import type { ObjectFacts } from '../../shared/platform/storage/ports.ts'

/** Ports under test, over an empty working bucket, and their surroundings. */
export interface Subject {
  readonly ports: Ports
  /** Puts an object into any bucket, as its owner does. */
  place(
    uri: string,
    content: Uint8Array | string,
    facts?: Partial<Pick<ObjectFacts, 'contentType' | 'metadata' | 'headers'>>,
  ): Promise<void>
  /** Receives all messages of a queue, parsed, in any order. */
  receive(queue: QueueName): Promise<unknown[]>
}

/** Returns a new subject for each test. */
export type MakeSubject = () => Promise<Subject>
