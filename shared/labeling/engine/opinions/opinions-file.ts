import * as z from 'zod'
import { PURPOSES } from '../../../contracts/labeling-answer.ts'
import type { Ports } from '../../../platform/ports.ts'
import { storedEnum, storedObject } from '../../../platform/state/stored-schema.ts'
import { readStored, removeFiles, writeFile } from '../../../platform/storage/stored-file.ts'
import { opinionsKey, type WorkId } from '../folders.ts'
import type { CollectedLine } from './collect-opinions.ts'

const StoredOpinion = storedObject({
  worker: z.string(),
  purpose: storedEnum(PURPOSES).optional(),
  answer: storedEnum(['boxes', 'verdict', 'cannot-tell', 'bad-image']),
  boxes: z.array(
    storedObject({
      className: z.string(),
      left: z.number(),
      top: z.number(),
      width: z.number(),
      height: z.number(),
    }),
  ),
  verdict: z.string().optional(),
  comment: z.string().optional(),
  acceptedAt: z.string(),
  submittedAt: z.string(),
  seconds: z.number(),
})

/** A line of `opinions/<shard>.jsonl`. */
const StoredLine = storedObject({
  line: z.int(),
  opinions: z.array(StoredOpinion),
  review: StoredOpinion.optional(),
  check: StoredOpinion.optional(),
  declined: z.int(),
  lost: z.int(),
})

/** A file that would be larger is not written: the answers are read again in its place. Only hundreds of boxes an image are. */
const MAX_BYTES = 32 << 20

/** What is to be written of a shard, as far as it was collected. */
export class OpinionsText {
  readonly #lines: string[] = []
  #bytes = 0

  add(line: CollectedLine): void {
    const text = `${JSON.stringify(line)}\n`
    this.#bytes += Buffer.byteLength(text)
    if (this.#bytes > MAX_BYTES) this.#lines.length = 0
    else this.#lines.push(text)
  }

  /** Undefined when it is too large. */
  get text(): string | undefined {
    return this.#bytes > MAX_BYTES ? undefined : this.#lines.join('')
  }
}

/**
 * Stores what workers say about the lines of a shard, so that it need not be read from hundreds of answers again.
 * @param text undefined for one that is too large: an older file is removed
 */
export async function writeOpinions(
  work: WorkId,
  shard: number,
  text: string | undefined,
  ports: Pick<Ports, 'objects'>,
): Promise<void> {
  const key = opinionsKey(work, shard)
  if (text === undefined) await removeFiles([{ key }], ports)
  else await writeFile(key, text, ports)
}

/**
 * Reads what workers say about the lines of a shard.
 * @returns by line number; undefined when there is no such file, or it is damaged, which is logged
 */
export async function readOpinionsFile(
  work: WorkId,
  shard: number,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<ReadonlyMap<number, CollectedLine> | undefined> {
  const key = opinionsKey(work, shard)
  const stored = await readStored(key, ports)
  if (!stored) return undefined
  const lines = Buffer.from(stored.bytes).toString('utf8').split('\n').slice(0, -1).map(parseLine)
  if (lines.every((line) => line !== undefined)) return new Map(lines.map((line) => [line.line, line]))
  ports.log.error('state.corrupt', { key })
  return undefined
}

function parseLine(text: string): CollectedLine | undefined {
  try {
    const { data } = StoredLine.safeParse(JSON.parse(text))
    if (!data) return undefined
    const { opinions, review, check } = data
    return {
      ...data,
      opinions: opinions.map(toOpinion),
      review: review && toOpinion(review),
      check: check && toOpinion(check),
    }
  } catch {
    return undefined
  }
}

const toOpinion = ({ verdict, comment, ...opinion }: z.infer<typeof StoredOpinion>) => ({
  ...opinion,
  verdict,
  comment,
})
