import type { QueueName } from '../../shared/platform/config.ts'
import type { ObjectFacts, Ports } from '../../shared/platform/ports.ts'

/** What a contract is held against: ports over an empty working bucket, and the outside that they look at. */
export interface Subject {
  readonly ports: Ports
  /** Puts an object into any bucket, as its owner would. */
  place(
    uri: string,
    content: Uint8Array | string,
    facts?: Partial<Pick<ObjectFacts, 'contentType' | 'metadata'>>,
  ): Promise<void>
  /** All messages of a queue, parsed, in no order. */
  receive(queue: QueueName): Promise<unknown[]>
}

/** A subject of its own for each test. */
export type MakeSubject = () => Promise<Subject>

export const text = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)

/** The bytes of a file as it streams. */
export async function drain(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
