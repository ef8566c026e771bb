import pLimit from 'p-limit'
import type { Ports } from '../ports.ts'
import { createState, readState } from '../state/record.ts'
import { type RoundRef, receiptKey, receiptNumbers } from './round.ts'

/** Reads at once; S3 answers thousands a second from one prefix. */
const READS_IN_FLIGHT = 32

export async function readReceipt<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Ports,
): Promise<Receipt | undefined> {
  return (await readState(ports.objects, receiptKey(ref, chunk, ports), ref.job.receipt))?.value
}

/** Writes a chunk's receipt, unless it has one: the first stands. */
export async function writeReceipt<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  receipt: Receipt,
  ports: Ports,
): Promise<void> {
  await createState(ports, receiptKey(ref, chunk, ports), receipt)
}

/** For every chunk of this round and those before it, the latest receipt. A chunk without one is not in the map. */
export async function latestReceipts<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  ports: Ports,
  only?: readonly number[],
): Promise<Map<number, Receipt>> {
  const newest = new Map<number, number>()
  for (let round = 1; round <= ref.round; round++) {
    for (const chunk of await receiptNumbers({ ...ref, round }, ports)) newest.set(chunk, round)
  }
  const limit = pLimit(READS_IN_FLIGHT)
  const wanted = [...newest].filter(([chunk]) => only?.includes(chunk) ?? true).sort(([left], [right]) => left - right)
  const read = wanted.map(([chunk, round]) =>
    limit(async () => [chunk, await readReceipt({ ...ref, round }, chunk, ports)] as const),
  )
  const receipts = new Map<number, Receipt>()
  for (const [chunk, receipt] of await Promise.all(read)) if (receipt !== undefined) receipts.set(chunk, receipt)
  return receipts
}
