import {
  imageListKeyAt,
  jsonAt,
  keysUnder,
  madeTwice,
  openUploads,
  ROOT,
  roundsAt,
  type StoredRound,
  textAt,
  touchedOutside,
} from '../support/world/bucket-contents.ts'
import { eventsIn, wrongInEnd, wrongInEvents } from '../support/world/events.ts'
import type { World } from '../support/world/world.ts'

interface Line {
  readonly imageId: string
  readonly source: string
}
interface Copy {
  readonly imageId: string
  readonly outcome: string
}

/**
 * Lists violations in a batch when all queues are empty: anything lost, done twice or left half done.
 * @param before the world before the work
 */
export function wrongInBatch(world: World, batch: string, before: World): string[] {
  const folder = `data/${batch}/`
  const common = [
    ...touchedOutside(world, before, folder),
    ...madeTwice(world),
    ...openUploads(world),
    ...wrongInEvents(world),
  ]
  const state = jsonAt(world, `${folder}batch.json`)
  if (!state) return [...common, ...keysUnder(world, folder).map((key) => `${key} is left of a deleted batch`)]
  const listKey = imageListKeyAt(world, batch)
  const lines = readLines(world, listKey)
  const rounds = roundsAt(world, `${folder}copies/${state.batchId}`)
  return [
    ...common,
    ...wrongInSelection(state, lines, textAt(world, listKey)),
    ...rounds.flatMap((round) => [...wrongInEnd(round), ...wrongInTotals(round, rounds, state)]),
    ...rounds.filter(({ endKey }) => !before.stored.has(ROOT + endKey)).flatMap((round) => wrongInSent(round, world)),
    ...(rounds.length > 0 ? wrongInCopies(world, folder, lines, latestCopies(rounds)) : []),
    ...keysUnder(world, folder)
      .filter((key) => key.startsWith('images-') && folder + key !== listKey)
      .map((key) => `${key} is left of an earlier batch`),
    ...keysUnder(world, `${folder}copies/`)
      .filter((key) => !key.startsWith(state.batchId))
      .map((key) => `copies/${key} is left of an earlier batch`),
  ]
}

const readLines = (world: World, listKey: string): Line[] =>
  (textAt(world, listKey) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

// biome-ignore lint/suspicious/noExplicitAny: a state as it is stored
function wrongInSelection(state: any, lines: readonly Line[], text = ''): string[] {
  if (state.state !== 'selected') return [`the batch is ${state.state}`]
  const { imageCount, chunkOffsets } = state.selection
  const wrong: string[] = []
  if (state.pendingEvents) wrong.push(`${JSON.stringify(state.pendingEvents)} was not published`)
  if (lines.length !== imageCount) wrong.push(`the image list has ${lines.length} of ${imageCount} images`)
  if (new Set(lines.map(({ imageId }) => imageId)).size !== imageCount) wrong.push('an image is listed twice')
  if (chunkOffsets.at(-1) !== Buffer.byteLength(text)) wrong.push('the image list does not match its chunk offsets')
  return wrong
}

/** Returns the copies in the newest receipt of each chunk. */
function latestCopies(rounds: readonly StoredRound[]): Copy[] {
  const newest = new Map<number, Copy[]>()
  for (const { receipts } of rounds) for (const [chunk, { images }] of receipts) newest.set(chunk, images)
  return [...newest.values()].flat()
}

// biome-ignore lint/suspicious/noExplicitAny: a state as it is stored
function wrongInTotals({ round, end, endKey }: StoredRound, rounds: readonly StoredRound[], state: any): string[] {
  if (end?.state !== 'finished') return []
  const copies = latestCopies(rounds.filter((other) => other.round <= round))
  const { bytes: _, failures, warnings, warningCount, ...counts } = end.totals
  // No picture of these batches is unusual.
  const wrong = warnings.length + warningCount === 0 ? [] : [['warnings', warningCount]]
  const differing = Object.entries(counts).filter(
    ([outcome, count]) => copies.filter((copy) => copy.outcome === outcome).length !== count,
  )
  wrong.push(...differing)
  const sum = Object.values<number>(counts).reduce((total, count) => total + count, 0)
  if (sum !== state.selection.imageCount) wrong.push(['all', sum])
  if (failures.length !== sum - counts.copied - counts.present) wrong.push(['failures', failures.length])
  return wrong.map(([name, count]) => `${endKey} counts ${count} as ${name}`)
}

function wrongInSent({ end, endKey }: StoredRound, world: World): string[] {
  const sent = eventsIn(world).filter(({ timestamp, type }) => type.startsWith('batch.') && timestamp === end?.endedAt)
  if (end?.state === 'cancelled') return sent.length > 0 ? [`${endKey} was cancelled and has an event`] : []
  const { failures, bytes: _, warnings: __, ...counts } = end?.totals ?? {}
  const isSame = ({ data }: (typeof sent)[number]) =>
    Object.entries(counts).every(([outcome, count]) => data[outcome] === count)
  return sent.some(isSame) ? [] : [`${endKey} has no event`]
}

function wrongInCopies(world: World, folder: string, lines: readonly Line[], copies: readonly Copy[]): string[] {
  const wrong: string[] = []
  for (const { imageId, source } of lines) {
    const outcomes = copies.filter((copy) => copy.imageId === imageId).map(({ outcome }) => outcome)
    const uri = `${ROOT}${folder}images/${imageId}.jpg`
    const copy = world.stored.get(uri)
    if (outcomes.length !== 1) wrong.push(`${imageId} has the outcomes [${outcomes}]`)
    if (['copied', 'present'].includes(outcomes[0] ?? '') && !copy)
      wrong.push(`${imageId} is recorded as copied but missing`)
    if (copy && Buffer.compare(copy.bytes, world.stored.get(source)?.bytes ?? Buffer.alloc(0)) !== 0)
      wrong.push(`${imageId} is not a copy of its source`)
    if (world.made.filter((made) => made === uri).length > 1) wrong.push(`${imageId} was copied twice`)
  }
  const known = new Set(lines.map(({ imageId }) => `${imageId}.jpg`))
  const others = keysUnder(world, `${folder}images/`).filter((key) => !known.has(key))
  return [...wrong, ...others.map((key) => `images/${key} is not an image of the batch`)]
}
