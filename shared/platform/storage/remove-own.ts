import pLimit from 'p-limit'
import { type Kept, MAX_KEPT_KEYS } from '../../contracts/deletion.ts'
import type { Ports } from '../ports.ts'
import { listingPages } from './listing-pages.ts'
import type { ListedObject } from './ports.ts'

const CHECKS_IN_FLIGHT = 16

/** Whether Groundwork wrote an object, given its key after the folder. */
export type IsOwn = (name: string) => boolean | Promise<boolean>

/** Divides the objects of a folder into own and foreign ones. */
export async function divideByOwner(
  folder: string,
  objects: readonly ListedObject[],
  isOwn: IsOwn,
): Promise<{ readonly own: readonly ListedObject[]; readonly foreign: readonly ListedObject[] }> {
  const limit = pLimit(CHECKS_IN_FLIGHT)
  const owns = await Promise.all(objects.map(({ key }) => limit(async () => isOwn(key.slice(folder.length)))))
  return { own: objects.filter((_, index) => owns[index]), foreign: objects.filter((_, index) => !owns[index]) }
}

/** Returns what stays, as responses say it. Pure. */
export const toKept = (keys: readonly string[]): Kept => ({
  objects: keys.length,
  keys: keys.slice(0, MAX_KEPT_KEYS),
})

export interface OwnRemovalOptions {
  /** Names of the objects that say what else is to be removed: they are left to the caller. */
  readonly isRecord: (name: string) => boolean
  /** Called before each removal. False ends it: a slow caller must not touch a folder that was recreated. */
  readonly isStillCurrent: () => Promise<boolean>
}

export interface OwnRemoval {
  readonly removed: number
  /** What is left to the caller. */
  readonly records: readonly ListedObject[]
  /** Keys of objects that Groundwork did not write. */
  readonly foreign: readonly string[]
}

/** Removes the own objects of a folder, each only in the version that was listed, and leaves all others. */
export async function removeOwn(
  folder: string,
  isOwn: IsOwn,
  { isRecord, isStillCurrent }: OwnRemovalOptions,
  ports: Pick<Ports, 'objects'>,
): Promise<OwnRemoval> {
  const foreign: string[] = []
  const records: ListedObject[] = []
  let removed = 0
  for await (const page of listingPages(ports, folder)) {
    const found = page.objects.filter(({ key }) => isRecord(key.slice(folder.length)))
    records.push(...found)
    const others = page.objects.filter((object) => !found.includes(object))
    const divided = await divideByOwner(folder, others, isOwn)
    foreign.push(...divided.foreign.map(({ key }) => key))
    if (divided.own.length === 0) continue
    if (!(await isStillCurrent())) break
    const kept = await ports.objects.remove(divided.own)
    removed += divided.own.length - kept.length
  }
  return { removed, records, foreign }
}
