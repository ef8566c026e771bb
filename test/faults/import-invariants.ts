import { createHash } from 'node:crypto'
import { countHeadBytes, decodeHead } from '../../shared/box-index/head.ts'
import { countPages, pageRange, readRecords } from '../../shared/box-index/pages.ts'
import { RECORD_BYTES, readImageId } from '../../shared/box-index/records.ts'
import { FILE_NAMES, namedSources } from '../../shared/datasets/import/import-plan.ts'
import {
  jsonAt,
  keysUnder,
  madeTwice,
  openUploads,
  ROOT,
  roundsAt,
  touchedIn,
  touchedOutside,
} from '../support/world/bucket-contents.ts'
import { eventsIn, wrongInEnd, wrongInEvents } from '../support/world/events.ts'
import type { World } from '../support/world/world.ts'

const BLOCK_BYTES = 8 << 20

/**
 * Lists violations in a dataset when all queues are empty. The current import must be complete and equal to its sources;
 * of other imports only the ends of their rounds may be left.
 * @param before the world before the work
 */
export function wrongInDataset(world: World, dataset: string, before: World): string[] {
  const folder = `data/raw/${dataset}/`
  const wrong = [
    ...touchedOutside(world, before, folder),
    ...madeTwice(world),
    ...openUploads(world),
    ...wrongInEvents(world),
  ]
  const state = jsonAt(world, `${folder}dataset.json`)
  if (!state) return [...wrong, ...keysUnder(world, folder).map((key) => `${key} is left of a deleted dataset`)]
  if (state.importing) wrong.push('an import is still running')
  const imports = new Set(
    keysUnder(world, folder).flatMap((key) => (key.includes('/') ? [key.split('/')[0] ?? ''] : [])),
  )
  for (const importId of imports) {
    // Batches may read an earlier import, so it must not change.
    if (before.stored.has(`${ROOT}${folder}${importId}/import.json`)) {
      wrong.push(...touchedIn(world, before, `${folder}${importId}/`))
      continue
    }
    // Batches may also read an import that was current for a while.
    const wasCurrent =
      state.current && eventsIn(world).some(({ type, data }) => type === 'dataset.ready' && data.importId === importId)
    if (wasCurrent && importId !== state.current.importId) continue
    const isCurrent = importId === state.current?.importId
    wrong.push(...(isCurrent ? wrongInCurrent(world, folder, state) : wrongInRemains(world, `${folder}${importId}/`)))
    wrong.push(...wrongInOutcome(world, importId, isCurrent))
  }
  return wrong
}

/** The current import is complete, byte for byte. */
// biome-ignore lint/suspicious/noExplicitAny: a state as it is stored
function wrongInCurrent(world: World, folder: string, { current, registration }: any): string[] {
  const own = `${folder}${current.importId}/`
  const wrong = ['fetch', 'check'].flatMap((name) => {
    const rounds = roundsAt(world, `${own}rounds/${name}`)
    return rounds.length === 1 ? rounds.flatMap(wrongInEnd) : [`it has ${rounds.length} rounds of ${name}`]
  })
  for (const { source, uri } of namedSources(registration.sources)) {
    const [stored, original] = [world.stored.get(ROOT + own + FILE_NAMES[source]), world.stored.get(uri)]
    if (Buffer.compare(stored?.bytes ?? Buffer.alloc(0), original?.bytes ?? Buffer.alloc(0)) !== 0)
      wrong.push(`${FILE_NAMES[source]} differs from its source`)
  }
  const boxes = world.stored.get(ROOT + own + FILE_NAMES.annotations)
  if (current.annotations.contentHash !== hashContent(boxes?.bytes ?? Buffer.alloc(0)))
    wrong.push('the content hash is wrong')
  if (current.annotations.etag !== boxes?.etag) wrong.push('it has the ETag of another box file')
  wrong.push(...wrongInPins(world, own, current.files))
  const counts = jsonAt(world, `${own}classes.json`)
  if (counts?.imageCount !== current.imageCount || counts?.boxCount !== current.boxCount)
    wrong.push('its counts are wrong')
  wrong.push(...keysUnder(world, `${own}slices/`).map((key) => `slices/${key} is left after the slices were joined`))
  return [...wrong, ...wrongInIndex(world, `${own}annotations-bbox.index`, current)]
}

/** Every file is pinned as it is stored. */
function wrongInPins(
  world: World,
  own: string,
  files: readonly { name: string; bytes: number; etag: string; contentHash: string }[],
): string[] {
  const pinned = files.flatMap(({ name, bytes, etag, contentHash }) => {
    const stored = world.stored.get(ROOT + own + name)
    const isSame = stored?.bytes.length === bytes && stored.etag === etag && hashContent(stored.bytes) === contentHash
    return isSame ? [] : [`${name} is not as it is pinned`]
  })
  const names = files.map(({ name }) => name)
  const unpinned = keysUnder(world, own).filter(
    (key) => !names.includes(key) && !/^(import|annotations-bbox)\.json$|^rounds\//.test(key),
  )
  return [...pinned, ...unpinned.map((key) => `${key} is not pinned`)]
}

/** There is an index if rows are grouped by image, and it lists what a plain scan finds. */
// biome-ignore lint/suspicious/noExplicitAny: a state as it is stored
function wrongInIndex(world: World, key: string, { annotations, index }: any): string[] {
  const stored = world.stored.get(ROOT + key)
  if (!annotations.groupedByImage) return index || stored ? ['it has an index of ungrouped rows'] : []
  if (index?.etag !== stored?.etag || index?.bytes !== stored?.bytes.length)
    return ['it has the ETag or size of another index']
  const bytes = Buffer.from(stored?.bytes ?? [])
  const { csv, lists } = decodeHead(bytes.subarray(0, countHeadBytes(bytes, bytes.length)))
  if (csv.etag !== annotations.etag || csv.bytes !== annotations.bytes) return ['its index is of another box file']
  const found = [...lists].flatMap(([classId, place]) => {
    const { start, end } = pageRange(place, 0, countPages(place.images))
    const records = readRecords(bytes.subarray(start, end))
    return Array.from({ length: place.images }, (_, at) => `${classId} ${readImageId(records, at * RECORD_BYTES)}`)
  })
  const [, ...rows] = Buffer.from(world.stored.get(annotations.uri)?.bytes ?? [])
    .toString()
    .trimEnd()
    .split('\n')
  const pairs = new Set(rows.map((row) => row.split(',')).map(([imageId, , classId]) => `${classId} ${imageId}`))
  return found.toSorted().join() === [...pairs].toSorted().join() ? [] : ['its index lists other images']
}

/** Of an import that is not current only the ends of its rounds stay, for late messages. */
const wrongInRemains = (world: World, own: string): string[] =>
  keysUnder(world, own)
    .filter((key) => !/^rounds\/(fetch|check)\/1\.json$/.test(key))
    .map((key) => `${key} is left of an import that ended`)

/** An import publishes at most one outcome. The current import has published `dataset.ready`. */
function wrongInOutcome(world: World, importId: string, isCurrent: boolean): string[] {
  const published = new Set(
    eventsIn(world).flatMap(({ id, type, data }) => (data.importId === importId ? [`${type} ${id}`] : [])),
  )
  const types = [...published].map((each) => each.split(' ')[0])
  if (types.length > 1) return [`${importId} published ${types}`]
  if (isCurrent && types[0] !== 'dataset.ready') return [`${importId} is current and published ${types}`]
  return !isCurrent && types[0] === 'dataset.ready' ? [`${importId} is not current and published ${types}`] : []
}

function hashContent(bytes: Uint8Array): string {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    hash.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK_BYTES))
        .digest(),
    )
  return `sha256-${hash.digest('hex')}`
}
