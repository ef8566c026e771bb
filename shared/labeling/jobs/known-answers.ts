import type { ImageLine } from '../../batches/record/image-list.ts'
import { imageLines } from '../../batches/record/read-image-list.ts'
import type { SelectedBatch } from '../../batches/record/store.ts'
import type { Flag } from '../../contracts/flags.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import type { Ports } from '../../platform/ports.ts'
import type { GoldOrder } from '../engine/create-work.ts'
import type { KnownBox } from '../engine/creation/truth.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'files'>

/** What a batch says of the boxes that it lists. */
interface BoxRules {
  readonly excludeFlags: readonly Flag[]
}

/** The gold of a job that says nothing more of it. */
const DEFAULT_GOLD = { share: 0.1, practice: 5 }

/**
 * Returns the boxes of an image if they are all that Open Images has of their classes, each around one object. Undefined for
 * an image without boxes, which may never have been checked, and for one with a group of objects or an empty box. Pure.
 */
function toKnownBoxes({ boxes, boxCount }: ImageLine): readonly KnownBox[] | undefined {
  if (boxes.length === 0 || boxCount !== undefined) return undefined
  const isExact = boxes.every(({ isGroupOf, xMin, xMax, yMin, yMax }) => isGroupOf !== 1 && xMin < xMax && yMin < yMax)
  if (!isExact) return undefined
  return boxes.map(({ className, xMin, xMax, yMin, yMax }) => ({ className, xMin, xMax, yMin, yMax }))
}

/** Returns why no answer is known whatever a batch lists; undefined where some may be. Pure. */
export const findExcludedIssue = ({ excludeFlags }: BoxRules): string | undefined =>
  excludeFlags.length === 0
    ? undefined
    : `must be left out: the boxes of the batch lack those with ${excludeFlags.join(', ')} (excludeFlags), so that no answer is known`

/**
 * Returns why nothing is known about the images of a batch, for a job that asks for gold; undefined where something is, or the
 * job cannot have gold for other reasons. Reads the image list up to the first answer.
 * @throws CorruptStateError when the image list is damaged
 */
export async function findGoldIssue(
  { batch: name, engine, mode }: CompleteJobRequest,
  batch: SelectedBatch | undefined,
  ports: Needs,
): Promise<string | undefined> {
  if (!batch || engine !== 'groundwork' || mode !== 'draw') return undefined
  const excluded = findExcludedIssue(batch.criteria)
  if (excluded !== undefined) return excluded
  for await (const { image } of imageLines(name, batch.selection, ports)) if (toKnownBoxes(image)) return undefined
  return `must be left out: no image of "${name}" has a known answer: boxes in the dataset, none of them around a group`
}

/**
 * Reads what is known about the images of a batch for a job that asks for gold. Holds the boxes of all of them.
 * @throws CorruptStateError when the image list is damaged
 */
export async function readGold(
  batch: string,
  state: SelectedBatch,
  gold: NonNullable<CompleteJobRequest['gold']>,
  ports: Needs,
): Promise<GoldOrder> {
  const known = new Map<string, readonly KnownBox[]>()
  const { share = DEFAULT_GOLD.share, practice = DEFAULT_GOLD.practice } = gold
  if (findExcludedIssue(state.criteria) !== undefined) return { share, practice, known }
  for await (const { image } of imageLines(batch, state.selection, ports)) {
    const boxes = toKnownBoxes(image)
    if (boxes) known.set(image.destination, boxes)
  }
  return { share, practice, known }
}
