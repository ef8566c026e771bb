import pLimit from 'p-limit'
import type { Ports } from '../ports.ts'
import { CorruptStateError, readOrCorrupt } from '../state/corrupt-state.ts'
import { createOrRestore, type RecordRef, readState } from '../state/record.ts'
import { listingPages } from '../storage/listing-pages.ts'
import { type AnyRound, MAX_CHUNKS, type RoundRef, roundFolder } from './round.ts'

/** Receipts read at once. S3 serves thousands of reads a second from one prefix. */
const MAX_READS_IN_FLIGHT = 32

const receiptRef = <Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Pick<Ports, 'config'>,
): RecordRef<Receipt> => ({
  key: `${roundFolder(ref, ports)}${String(chunk).padStart(4, '0')}.json`,
  type: ref.job.receipt,
})

/** Returns the numbers of the chunks that have a receipt in this round: one LIST, unless S3 ends its page early. */
export async function listReceipts(ref: AnyRound, ports: Pick<Ports, 'config' | 'objects'>): Promise<Set<number>> {
  const folder = roundFolder(ref, ports)
  const chunks = new Set<number>()
  for await (const { objects } of listingPages(ports, folder, { limit: MAX_CHUNKS })) {
    const names = objects.map(({ key }) => key.slice(folder.length))
    for (const name of names) if (/^\d+\.json$/.test(name)) chunks.add(Number.parseInt(name, 10))
    // Digits sort before `start.json`: there is no other receipt after these.
    if (chunks.size === MAX_CHUNKS) break
  }
  return chunks
}

/** Reads a chunk's receipt of this round. @throws CorruptStateError */
export async function readReceipt<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<Receipt | undefined> {
  return (await readState(receiptRef(ref, chunk, ports), ports))?.value
}

/** Writes a chunk's receipt, unless it has one already: the first one that can be read is kept. */
export async function writeReceipt<Subject, Receipt extends object, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  chunk: number,
  receipt: Receipt,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<void> {
  const reread = () => readReceipt(ref, chunk, ports)
  await createOrRestore(receiptRef(ref, chunk, ports), receipt, reread, ports)
}

/** The latest receipts of chunks: those that can be read, and why the others cannot. */
export interface FoundReceipts<Receipt> {
  readonly receipts: Map<number, Receipt>
  readonly corrupt: ReadonlyMap<number, CorruptStateError>
}

/**
 * Finds the latest receipt of every chunk, over this round and all before it, in order of chunks. A chunk without a
 * receipt is in neither map.
 * @param only the chunks to look at; all by default
 */
export async function findReceipts<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  ports: Pick<Ports, 'config' | 'objects'>,
  only?: readonly number[],
): Promise<FoundReceipts<Receipt>> {
  const latestRounds = new Map<number, number>()
  for (let round = 1; round <= ref.round; round++) {
    for (const chunk of await listReceipts({ ...ref, round }, ports)) latestRounds.set(chunk, round)
  }
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const wanted = [...latestRounds]
    .filter(([chunk]) => only?.includes(chunk) ?? true)
    .sort(([left], [right]) => left - right)
  const reads = wanted.map(([chunk, round]) =>
    limit(async () => [chunk, await readOrCorrupt(readReceipt({ ...ref, round }, chunk, ports))] as const),
  )
  const receipts = new Map<number, Receipt>()
  const corrupt = new Map<number, CorruptStateError>()
  for (const [chunk, found] of await Promise.all(reads)) {
    if (found instanceof CorruptStateError) corrupt.set(chunk, found)
    else if (found !== undefined) receipts.set(chunk, found)
  }
  return { receipts, corrupt }
}

/** Returns the latest receipts as {@link findReceipts} does. @throws CorruptStateError when one cannot be read */
export async function latestReceipts<Subject, Receipt, Totals>(
  ref: RoundRef<Subject, Receipt, Totals>,
  ports: Pick<Ports, 'config' | 'objects'>,
  only?: readonly number[],
): Promise<Map<number, Receipt>> {
  const { receipts, corrupt } = await findReceipts(ref, ports, only)
  const [first] = corrupt.values()
  if (first) throw first
  return receipts
}
