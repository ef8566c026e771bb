import { isUtf8 } from 'node:buffer'
import * as z from 'zod'
import { ImageLink } from '../../contracts/image-link.ts'
import { MAX_PAGE_BYTES, type Page, PageQuery } from '../../contracts/page.ts'
import type { Ports } from '../../platform/ports.ts'
import { Failed, Foreign, Labeled, type OutputLine, parseOutputLine, Unlabeled, Unreadable, Verified } from './line.ts'
import { lineSteps, MAX_LINE_BYTES, type Step } from './line-steps.ts'
import { readPieces } from './pieces.ts'
import { FIRST_POSITION, formatCursor, parseCursor } from './position.ts'

const Numbered = {
  line: z.int().min(1).describe('Number of the line in the manifest, from 1'),
  ...ImageLink.shape,
}

/** A line of an output manifest as the API shows it. */
export const AnnotationItem = z
  .discriminatedUnion('outcome', [
    Labeled.extend(Numbered).meta({
      id: 'LabeledAnnotation',
      description: 'An image with these boxes; none if the list is empty.',
    }),
    Verified.extend(Numbered).meta({
      id: 'VerifiedAnnotation',
      description: 'An image whose existing boxes were verified.',
    }),
    Failed.extend(Numbered).meta({ id: 'FailedAnnotation', description: 'An object that the job failed to label.' }),
    Unlabeled.extend(Numbered).meta({
      id: 'UnlabeledAnnotation',
      description: 'An object that the job has not labeled yet, or that was left when it was stopped.',
    }),
    Foreign.extend(Numbered).meta({
      id: 'ForeignAnnotation',
      description: 'An object with a label of another type than boxes or a verdict.',
    }),
    Unreadable.extend(Numbered).meta({
      id: 'UnreadableAnnotation',
      description: 'A line that does not match the format.',
    }),
  ])
  .meta({ id: 'Annotation', description: 'A line of the output manifest. Its fields depend on `outcome`.' })
export type AnnotationItem = z.infer<typeof AnnotationItem>

const OUTCOMES = [
  'labeled',
  'verified',
  'failed',
  'unlabeled',
  'foreign',
  'unreadable',
] as const satisfies readonly OutputLine['outcome'][]

/**
 * The query of a page. With `outcome`, a page has only those lines of the part that one call reads, so it may be empty
 * without being the last.
 */
export const AnnotationsQuery = PageQuery.extend({
  outcome: z.enum(OUTCOMES).optional().describe('Only lines with this outcome'),
})
export type AnnotationsRequest = z.infer<typeof AnnotationsQuery> & {
  /** How large the manifest was when its job ended, if that is known. */
  readonly minBytes?: number | undefined
  /** Names of the classes of the job, by number: the class map of a line has at most the classes in it. */
  readonly labels?: readonly string[] | undefined
  /** The label attribute of the boxes that the job verified. */
  readonly verifiedAttribute?: string | undefined
  /** Makes a link to the image of a line; undefined where items get none. */
  readonly toLink?: ((sourceRef: string) => Promise<ImageLink>) | undefined
}

/**
 * Reads a page of the lines of an output manifest, as they are for one label attribute, in order. Blank lines are left out. All pages are read from
 * the same version of the file. Reads at most 8 MiB; holds the page and two pieces of the file.
 * @param key of the manifest in the working bucket
 * @throws AppError `not-found`; `source-changed` when the manifest was replaced since the first page, as it is while its
 *   job runs; `invalid-request` for an invalid cursor; CorruptStateError when it is smaller than `minBytes`
 */
export async function readAnnotations(
  key: string,
  attribute: string,
  { limit, cursor, outcome, minBytes, labels = [], verifiedAttribute, toLink }: AnnotationsRequest,
  ports: Pick<Ports, 'objects'>,
): Promise<Page<AnnotationItem>> {
  const mark = parseCursor(cursor)
  const pieces = readPieces(key, mark, minBytes, ports)
  const items: AnnotationItem[] = []
  let pageBytes = 0
  let last: Step | undefined
  for await (const step of lineSteps(pieces, mark?.position ?? FIRST_POSITION)) {
    const found = toItem(step, attribute, labels, verifiedAttribute)
    if (found && (outcome === undefined || found.outcome === outcome)) {
      const item = found.sourceRef === undefined ? found : { ...found, ...(await toLink?.(found.sourceRef)) }
      pageBytes += countBytes(item)
      if (pageBytes > MAX_PAGE_BYTES && items.length > 0) break
      items.push(item)
    }
    last = step
    if (items.length >= limit) break
  }
  return {
    items,
    ...(last && last.next.byte < last.file.size && { nextCursor: formatCursor(last.next, last.file.etag) }),
  }
}

function toItem(
  { line, bytes }: Step,
  attribute: string,
  labels: readonly string[],
  verifiedAttribute: string | undefined,
): AnnotationItem | undefined {
  if (line === undefined || (bytes && isBlank(bytes))) return undefined
  const found = { line, ...readLine(bytes, attribute) }
  const item =
    found.outcome === 'verified' && verifiedAttribute !== undefined
      ? { ...found, ...readVerifiedBoxes(bytes, verifiedAttribute) }
      : withClassNames(found, labels)
  const itemBytes = countBytes(item)
  if (itemBytes <= MAX_PAGE_BYTES) return item
  const reason = `the line takes ${itemBytes} bytes in a response, more than ${MAX_PAGE_BYTES}`
  return { line, outcome: 'unreadable', ...(item.sourceRef !== undefined && { sourceRef: item.sourceRef }), reason }
}

/** Returns the boxes that a verdict is about; nothing where they cannot be read, as the verdict stands without them. Pure. */
function readVerifiedBoxes(bytes: Uint8Array | undefined, attribute: string): Partial<z.infer<typeof Verified>> {
  const found = readLine(bytes, attribute)
  if (found.outcome !== 'labeled') return {}
  const { boxes, imageSize } = found
  const read = { boxes, ...(imageSize && { imageSize }) }
  // More boxes than a response holds are left out, rather than the verdict.
  return Buffer.byteLength(JSON.stringify(read)) > MAX_PAGE_BYTES / 2 ? {} : read
}

/** Adds the class names that a line does not have. Pure. */
function withClassNames(item: AnnotationItem, labels: readonly string[]): AnnotationItem {
  if (item.outcome !== 'labeled') return item
  const boxes = item.boxes.map((box) => {
    const className = box.className ?? labels[box.classIndex]
    return className === undefined ? box : { ...box, className }
  })
  return { ...item, boxes }
}

/** Whether a line has nothing but spaces, tabs and carriage returns. It is numbered, but no line of the manifest. */
const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

function readLine(bytes: Uint8Array | undefined, attribute: string): OutputLine {
  if (!bytes) return { outcome: 'unreadable', reason: `the line has more than ${MAX_LINE_BYTES} bytes` }
  if (!isUtf8(bytes)) return { outcome: 'unreadable', reason: 'not UTF-8' }
  return parseOutputLine(Buffer.from(bytes).toString('utf8'), attribute)
}

const countBytes = (item: AnnotationItem): number => Buffer.byteLength(JSON.stringify(item))
