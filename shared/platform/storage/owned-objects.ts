import { type DeletionPreview, type DeletionReport, type Kept, MAX_KEPT_KEYS } from '../../contracts/deletion.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Ports } from '../ports.ts'
import { listingPages } from './listing-pages.ts'

/** Objects that a preview counts: one LIST. */
const MAX_PREVIEWED_OBJECTS = 1000

type Needs = Pick<Ports, 'config' | 'objects'>

/** Which objects of a folder are removed, and while what holds. */
export interface OwnedRemoval {
  /** Selects what Groundwork wrote, by the part of its key after the folder. */
  readonly isOwned: (name: string) => boolean
  /** Key of an owned object that is left for the caller to remove last. */
  readonly last?: string
  /** Called before each removal. False stops the removal: a slow caller must not touch a folder that was recreated. */
  readonly isStillCurrent?: () => Promise<boolean>
}

/** Counts what {@link removeOwned} would remove and leave, among the first 1,000 objects of the folder. */
export async function previewRemoval(
  folder: string,
  { isOwned }: Pick<OwnedRemoval, 'isOwned'>,
  ports: Needs,
): Promise<DeletionPreview> {
  const { objects, next } = await ports.objects.list(folder, { limit: MAX_PREVIEWED_OBJECTS })
  const owned = objects.filter(({ key }) => isOwned(key.slice(folder.length)))
  const foreign = objects.filter(({ key }) => !isOwned(key.slice(folder.length)))
  return {
    location: toS3Uri(folder, ports),
    objects: owned.length,
    bytes: owned.reduce((sum, { size }) => sum + size, 0),
    more: next !== undefined,
    kept: addKept({ objects: 0, keys: [] }, foreign),
  }
}

/**
 * Removes what Groundwork wrote into a folder, 1,000 objects per request, each only in the version that was listed. What
 * somebody else put there stays.
 */
export async function removeOwned(
  folder: string,
  { isOwned, last, isStillCurrent = async () => true }: OwnedRemoval,
  ports: Needs,
): Promise<DeletionReport> {
  const location = toS3Uri(folder, ports)
  let removed = 0
  let kept: Kept = { objects: 0, keys: [] }
  for await (const { objects } of listingPages(ports, folder)) {
    kept = addKept(
      kept,
      objects.filter(({ key }) => !isOwned(key.slice(folder.length))),
    )
    const doomed = objects.filter(({ key }) => isOwned(key.slice(folder.length)) && key !== last)
    if (doomed.length === 0) continue
    if (!(await isStillCurrent())) break
    const stayed = await ports.objects.remove(doomed)
    removed += doomed.length - stayed.length
  }
  return { location, removed, kept }
}

const addKept = ({ objects, keys }: Kept, more: readonly { readonly key: string }[]): Kept => ({
  objects: objects + more.length,
  keys: [...keys, ...more.map(({ key }) => key)].slice(0, MAX_KEPT_KEYS),
})
