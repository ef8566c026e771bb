import pLimit from 'p-limit'
import { type DeletionPreview, type DeletionReport, type Kept, MAX_KEPT_KEYS } from '../../contracts/deletion.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { awaitAll } from '../await-all.ts'
import type { Ports } from '../ports.ts'
import { listingPages } from './listing-pages.ts'
import type { ListedObject } from './ports.ts'

const CHECKS_IN_FLIGHT = 16
/** Objects that a preview counts: one LIST. */
const MAX_PREVIEWED_OBJECTS = 1000

type Needs = Pick<Ports, 'config' | 'objects'>

/** Whether Groundwork wrote an object, given its key after the folder. */
export type IsOwn = (name: string) => boolean | Promise<boolean>

/**
 * Counts what {@link removeOwn} would remove and leave, among the first 1,000 objects of the folder.
 * @param isOwnOrPromise decides whether an object is ours; if it is a promise, the folder is listed meanwhile
 */
export async function previewRemoval(
  folder: string,
  isOwnOrPromise: IsOwn | Promise<IsOwn>,
  ports: Needs,
): Promise<DeletionPreview> {
  const listing = ports.objects.list(folder, { limit: MAX_PREVIEWED_OBJECTS })
  const [isOwn, { objects, next }] = await awaitAll([isOwnOrPromise, listing])
  const { own, foreign } = await divideByOwner(folder, objects, isOwn)
  return {
    location: toS3Uri(folder, ports),
    objects: own.length,
    bytes: own.reduce((sum, { size }) => sum + size, 0),
    kept: addKept({ objects: 0, keys: [] }, foreign),
    more: next !== undefined,
  }
}

export interface OwnRemovalOptions {
  /** Names of the objects that say what else is to be removed: they are left to the caller, who removes them last. */
  readonly isRecord: (name: string) => boolean
  /** Called before each removal. False ends it: a slow caller must not touch a folder that was recreated. */
  readonly isStillCurrent: () => Promise<boolean>
}

/**
 * Removes what Groundwork wrote into a folder, 1,000 objects per request, each only in the version that was listed. What
 * somebody else put there stays.
 * @param isOwnOrPromise decides whether an object is ours; if it is a promise, the folder is listed meanwhile
 * @returns what was removed and what stays, and the records that are left to the caller
 */
export async function removeOwn(
  folder: string,
  isOwnOrPromise: IsOwn | Promise<IsOwn>,
  { isRecord, isStillCurrent }: OwnRemovalOptions,
  ports: Needs,
): Promise<DeletionReport & { readonly records: readonly ListedObject[] }> {
  const location = toS3Uri(folder, ports)
  const records: ListedObject[] = []
  let removed = 0
  let kept: Kept = { objects: 0, keys: [] }
  const pages = listingPages(ports, folder)
  const [isOwn, first] = await awaitAll([isOwnOrPromise, pages.next()])
  for (let page = first; !page.done; page = await pages.next()) {
    const { objects } = page.value
    const found = objects.filter(({ key }) => isRecord(key.slice(folder.length)))
    records.push(...found)
    const others = objects.filter((object) => !found.includes(object))
    const { own, foreign } = await divideByOwner(folder, others, isOwn)
    kept = addKept(kept, foreign)
    if (own.length === 0) continue
    if (!(await isStillCurrent())) break
    const stayed = await ports.objects.remove(own)
    removed += own.length - stayed.length
  }
  return { location, removed, kept, records }
}

async function divideByOwner(
  folder: string,
  objects: readonly ListedObject[],
  isOwn: IsOwn,
): Promise<{ readonly own: readonly ListedObject[]; readonly foreign: readonly ListedObject[] }> {
  const limit = pLimit(CHECKS_IN_FLIGHT)
  const owns = await Promise.all(objects.map(({ key }) => limit(async () => isOwn(key.slice(folder.length)))))
  return { own: objects.filter((_, index) => owns[index]), foreign: objects.filter((_, index) => !owns[index]) }
}

const addKept = ({ objects, keys }: Kept, more: readonly { readonly key: string }[]): Kept => ({
  objects: objects + more.length,
  keys: [...keys, ...more.map(({ key }) => key)].slice(0, MAX_KEPT_KEYS),
})
