import * as z from 'zod'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { setBounded } from '../../../platform/state/record-cache.ts'
import { encodeRecord, recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import { practiceKey, type WorkId } from '../folders.ts'

const PracticeImage = storedObject({
  /** Its line in the input manifest. Workers may get it again as a task that counts. */
  line: z.int(),
  /** Key of the image in the working bucket. */
  key: z.string(),
  /** In pixels as stored, before EXIF orientation. */
  width: z.int(),
  height: z.int(),
  /** The boxes that are known to be right, in pixels. */
  truth: z.array(
    storedObject({
      className: z.string(),
      left: z.number(),
      top: z.number(),
      width: z.number(),
      height: z.number(),
    }),
  ),
})
export type PracticeImage = z.infer<typeof PracticeImage>

/** `practice.json`: what the workers of a job practice with. It never changes. */
const PracticeImages = storedObject({
  workId: z.string(),
  images: z.array(PracticeImage),
})
type PracticeImages = z.infer<typeof PracticeImages>

const PRACTICE_IMAGES = recordType('the practice images of a labeling job', PracticeImages)

export const practiceImagesRef = (work: WorkId) => ({
  key: practiceKey(work),
  type: PRACTICE_IMAGES,
  isOwn: ({ workId }: PracticeImages) => workId === work.workId,
})

/** Stores the practice images of a job that is being created: nobody else writes in its folder. */
export async function storePracticeImages(
  work: WorkId,
  images: readonly PracticeImage[],
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<void> {
  const record: PracticeImages = { workId: work.workId, images: [...images] }
  await writeFile(practiceKey(work), encodeRecord(PRACTICE_IMAGES, record, ports.newId()), ports)
}

/** Jobs whose images are kept in memory: at most half a megabyte each. */
const MAX_JOBS = 16

/** One for each process, as it has one object store. */
const caches = new WeakMap<ObjectStore, Map<string, readonly PracticeImage[]>>()

/**
 * Returns the practice images of a job. Where they are missing or damaged, which is logged, there are none: nobody needs
 * them to work.
 */
export async function readPracticeImages(
  work: WorkId,
  { objects, log }: Pick<Ports, 'objects' | 'log'>,
): Promise<readonly PracticeImage[]> {
  const ref = practiceImagesRef(work)
  const cache = caches.get(objects) ?? new Map<string, readonly PracticeImage[]>()
  caches.set(objects, cache)
  const known = cache.get(ref.key)
  if (known) return known
  const found = await readOrCorrupt(readState(ref, { objects }))
  if (!found || found instanceof CorruptStateError) {
    log.error('state.corrupt', { key: ref.key })
    return []
  }
  setBounded(cache, ref.key, found.value.images, MAX_JOBS)
  return found.value.images
}
