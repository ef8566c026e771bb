import { createHash } from 'node:crypto'
import { type BatchAsked, batchCall, ChosenBatch, selectBatch } from '../api-calls.ts'
import type { FunctionsAtWork } from '../functions-at-work.ts'
import { RARE_CLASS } from '../import/rare-class.ts'
import type { Part, Row } from '../report.ts'
import { median, rounded } from '../statistics.ts'
import { addressOf } from './stored.ts'

const IMAGES = 20
const INDEX_TURNS = 5
const PATIENCE_SECONDS = 200
/** How many times faster the first images of a frequent class must be found than a scan comes to the end. */
const LEAST_TIMES = 50

/** One batch by one strategy. */
interface Chosen {
  readonly milliseconds: number
  readonly answer: ChosenBatch
  /** Of its images and their boxes, wherever they are to be copied. */
  readonly hash: string
}

export interface AgainstScan {
  readonly index: Chosen
  readonly scan: Chosen
}

/**
 * The last batch of the rarest class: it lacks some images, so a scan reads the file to its end. By scan a worker does
 * it, which is waited for by asking twice a second.
 */
export async function measureAgainstScan(
  functions: FunctionsAtWork,
  s3: string,
  dataset: string,
): Promise<AgainstScan> {
  const asked = { dataset, classNames: [RARE_CLASS], examplesPerClass: IMAGES }
  const told = await functions.call(batchCall('rare', { ...asked, strategy: 'index' }, { validateOnly: 'true' }))
  const [{ available } = { available: 0 }] = ChosenBatch.parse(told).classes
  const last = { ...asked, batchOffset: Math.floor(available / IMAGES) }
  const choose = async (batch: string, strategy: BatchAsked['strategy']): Promise<Chosen> => {
    const started = performance.now()
    const view = await selectBatch(functions, batch, { ...last, strategy }, PATIENCE_SECONDS)
    const milliseconds = performance.now() - started
    const hash = await hashOfImages(addressOf(s3, `${view.location}images.jsonl`))
    return { milliseconds, answer: ChosenBatch.parse(view), hash }
  }
  const byIndex: Chosen[] = []
  for (let turn = 0; turn < INDEX_TURNS; turn++) byIndex.push(await choose(`rare-index-${turn}`, 'index'))
  const scan = await choose('rare-scan', 'scan')
  const [index = scan] = byIndex
  return { index: { ...index, milliseconds: median(byIndex.map(({ milliseconds }) => milliseconds)) }, scan }
}

async function hashOfImages(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  const lines = (await response.text()).split('\n').filter((line) => line !== '')
  const images = lines.map((line) => ({ ...JSON.parse(line), destination: '' }))
  return createHash('sha256').update(JSON.stringify(images)).digest('hex').slice(0, 16)
}

/** @param firstMilliseconds of the batch at offset 0 of the same file, by index. Pure. */
export function againstScanPart({ index, scan }: AgainstScan, firstMilliseconds: number, quick: boolean): Part {
  const row = (who: string, { milliseconds, answer: { cost } }: Chosen): Row => ({
    what: `last ${index.answer.imageCount} images of ${RARE_CLASS}`,
    who,
    times: rounded(milliseconds / index.milliseconds),
    ms: rounded(milliseconds),
    requests: cost.requests,
    KB: rounded(cost.bytes / 1000),
    'times the bytes': rounded(cost.bytes / index.answer.cost.bytes),
  })
  const times = scan.milliseconds / firstMilliseconds
  const tooFew = `the scan to the end took only ${rounded(times)} times as long as offset 0 by index, not ${LEAST_TIMES}`
  const answers = [index, scan].map(({ answer: { imageCount, classes }, hash }) =>
    JSON.stringify([imageCount, classes, hash]),
  )
  return {
    rows: [row('by index', index), row('by scan, to the end', scan)],
    notes: [`a scan to the end takes ${rounded(times)} times as long as the batch at offset 0 by index`],
    failures: [
      ...(answers[0] === answers[1] ? [] : [`by scan and by index differ: ${answers.join(' and ')}`]),
      ...(times < LEAST_TIMES && !quick ? [tooFew] : []),
    ],
  }
}
