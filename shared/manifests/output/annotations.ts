import { isUtf8 } from 'node:buffer'
import * as z from 'zod'
import { MAX_PAGE_BYTES, type Page, PageQuery } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { Failed, Foreign, Labeled, type OutputLine, parseOutputLine, Unlabeled, Unreadable, Verified } from './line.ts'
import { lineSteps, MAX_LINE_BYTES, type Step } from './line-steps.ts'
import { piecesFrom } from './pieces.ts'
import { FIRST_POSITION, toCursorText, toMark } from './position.ts'

/** The number of the line in its manifest, from 1. */
const Numbered = z.object({ line: z.int().min(1) }).shape

/** A line of an output manifest as the API shows it. */
export const AnnotationItem = z
  .discriminatedUnion('outcome', [
    Labeled.extend(Numbered),
    Verified.extend(Numbered),
    Failed.extend(Numbered),
    Unlabeled.extend(Numbered),
    Foreign.extend(Numbered),
    Unreadable.extend(Numbered),
  ])
  .meta({ id: 'Annotation', description: 'What a line of the output manifest says; `outcome` tells which it is.' })
export type AnnotationItem = z.infer<typeof AnnotationItem>

const OUTCOMES = [
  'labeled',
  'verified',
  'failed',
  'unlabeled',
  'foreign',
  'unreadable',
] as const satisfies readonly OutputLine['outcome'][]

/** A page's query; with an outcome it has only lines of that, out of as many as one call reads: it may be empty. */
export const AnnotationsQuery = PageQuery.extend({ outcome: z.enum(OUTCOMES).optional() })
export type AnnotationsRequest = z.infer<typeof AnnotationsQuery>

/**
 * A page of what an output manifest of the working bucket says about a label attribute, in its order. Each page goes on
 * in the version that the first was read from. Reads 8 MiB at most, and holds some pieces of it besides the page.
 * @throws AppError `not-found`; `source-changed` when the manifest was written anew, as it is while its job runs;
 *   `invalid-request` for a cursor that no page has given
 */
export async function readAnnotations(
  key: string,
  attribute: string,
  { limit, cursor, outcome }: AnnotationsRequest,
  ports: Pick<Ports, 'objects'>,
): Promise<Page<AnnotationItem>> {
  const mark = toMark(cursor)
  const pieces = piecesFrom(key, mark, ports)
  const items: AnnotationItem[] = []
  let pageBytes = 0
  let last: Step | undefined
  for await (const step of lineSteps(pieces, mark?.position ?? FIRST_POSITION)) {
    const item = itemOf(step, attribute)
    if (item && (outcome === undefined || item.outcome === outcome)) {
      pageBytes += bytesOf(item)
      if (pageBytes > MAX_PAGE_BYTES && items.length > 0) break
      items.push(item)
    }
    last = step
    if (items.length >= limit) break
  }
  return {
    items,
    ...(last && last.next.byte < last.file.size && { nextCursor: toCursorText(last.next, last.file.etag) }),
  }
}

function itemOf({ line, bytes }: Step, attribute: string): AnnotationItem | undefined {
  if (line === undefined) return undefined
  const item = { line, ...readLine(bytes, attribute) }
  const itemBytes = bytesOf(item)
  if (itemBytes <= MAX_PAGE_BYTES) return item
  const reason = `all of it would make an answer of ${itemBytes} bytes; at most ${MAX_PAGE_BYTES} are given`
  return { line, outcome: 'unreadable', ...(item.sourceRef !== undefined && { sourceRef: item.sourceRef }), reason }
}

function readLine(bytes: Uint8Array | undefined, attribute: string): OutputLine {
  if (!bytes) return { outcome: 'unreadable', reason: `the line has more than ${MAX_LINE_BYTES} bytes` }
  if (!isUtf8(bytes)) return { outcome: 'unreadable', reason: 'not UTF-8' }
  return parseOutputLine(Buffer.from(bytes).toString('utf8'), attribute)
}

const bytesOf = (item: AnnotationItem): number => Buffer.byteLength(JSON.stringify(item))
