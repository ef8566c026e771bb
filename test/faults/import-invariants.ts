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
 * What is wrong with a dataset at rest, whatever happened to its imports: what is current is whole and what its sources
 * hold, and of the others nothing is left but how their rounds ended.
 * @param before the world as it was when its work began
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
  if (!state) return [...wrong, ...keysUnder(world, folder).map((key) => `${key} is left of a dataset that is gone`)]
  if (state.importing) wrong.push('an import runs still')
  const imports = new Set(
    keysUnder(world, folder).flatMap((key) => (key.includes('/') ? [key.split('/')[0] ?? ''] : [])),
  )
  for (const importId of imports) {
    // Batches read it: that another came after changes nothing of it.
    if (before.stored.has(`${ROOT}${folder}${importId}/import.json`)) {
      wrong.push(...touchedIn(world, before, `${folder}${importId}/`))
      continue
    }
    // One that was read, until another took its place, is still read by batches.
    const wasCurrent =
      state.current && eventsIn(world).some(({ type, data }) => type === 'dataset.ready' && data.importId === importId)
    if (wasCurrent && importId !== state.current.importId) continue
    const isCurrent = importId === state.current?.importId
    wrong.push(...(isCurrent ? wrongInCurrent(world, folder, state) : wrongInRemains(world, `${folder}${importId}/`)))
    wrong.push(...wrongInOutcome(world, importId, isCurrent))
  }
  return wrong
}

/** An import that is read is whole, byte for byte. */
// biome-ignore lint/suspicious/noExplicitAny: a state as it lies there
function wrongInCurrent(world: World, folder: string, { current, registration }: any): string[] {
  const own = `${folder}${current.importId}/`
  const wrong = ['fetch', 'check'].flatMap((name) => {
    const rounds = roundsAt(world, `${own}rounds/${name}`)
    return rounds.length === 1 ? rounds.flatMap(wrongInEnd) : [`it has ${rounds.length} rounds to ${name}`]
  })
  for (const { source, uri } of namedSources(registration.sources)) {
    const [stored, original] = [world.stored.get(ROOT + own + FILE_NAMES[source]), world.stored.get(uri)]
    if (Buffer.compare(stored?.bytes ?? Buffer.alloc(0), original?.bytes ?? Buffer.alloc(0)) !== 0)
      wrong.push(`${FILE_NAMES[source]} is not what its source holds`)
  }
  const boxes = world.stored.get(ROOT + own + FILE_NAMES.annotations)
  if (current.annotations.contentHash !== contentHashOf(boxes?.bytes ?? Buffer.alloc(0)))
    wrong.push('the hash is wrong')
  if (current.annotations.etag !== boxes?.etag) wrong.push('it names another box file')
  const counts = jsonAt(world, `${own}classes.json`)
  if (counts?.imageCount !== current.imageCount || counts?.boxCount !== current.boxCount)
    wrong.push('its counts are wrong')
  wrong.push(...keysUnder(world, `${own}slices/`).map((key) => `slices/${key} is left of what was joined`))
  return [...wrong, ...wrongInIndex(world, `${own}annotations-bbox.index`, current)]
}

/** There is an index where rows are grouped, and it is what a plain reading of them tells. */
// biome-ignore lint/suspicious/noExplicitAny: a state as it lies there
function wrongInIndex(world: World, key: string, { annotations, index }: any): string[] {
  const stored = world.stored.get(ROOT + key)
  if (!annotations.groupedByImage) return index || stored ? ['it has an index of scattered rows'] : []
  if (index?.etag !== stored?.etag || index?.bytes !== stored?.bytes.length) return ['it names another index']
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

/** Of an import that is not read only the ends of its rounds stay, for messages that come late. */
const wrongInRemains = (world: World, own: string): string[] =>
  keysUnder(world, own)
    .filter((key) => !/^rounds\/(fetch|check)\/1\.json$/.test(key))
    .map((key) => `${key} is left of an import that is over`)

/** An import tells at most once how it ended; one that is read has told so. */
function wrongInOutcome(world: World, importId: string, isCurrent: boolean): string[] {
  const told = new Set(
    eventsIn(world).flatMap(({ id, type, data }) => (data.importId === importId ? [`${type} ${id}`] : [])),
  )
  const types = [...told].map((each) => each.split(' ')[0])
  if (types.length > 1) return [`${importId} told ${types}`]
  if (isCurrent && types[0] !== 'dataset.ready') return [`${importId} is read, and told ${types}`]
  return !isCurrent && types[0] === 'dataset.ready' ? [`${importId} is not read, and told ${types}`] : []
}

function contentHashOf(bytes: Uint8Array): string {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    hash.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK_BYTES))
        .digest(),
    )
  return `sha256-${hash.digest('hex')}`
}
