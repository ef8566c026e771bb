import { createHash } from 'node:crypto'
import { type BatchRequestBody, ChosenBatch, createBatchCall, selectBatch } from '../api-calls.ts'
import { RARE_CLASS } from '../import/rare-class.ts'
import type { Part, Row } from '../report.ts'
import type { RunningFunctions } from '../running-functions.ts'
import { median, roundTo } from '../statistics.ts'
import { linkTo } from './stored.ts'

const IMAGES = 20
const INDEX_TURNS = 5
const TIMEOUT_SECONDS = 200
/** Minimum ratio between a complete scan and finding the first images of a frequent class by index. */
const MIN_SPEEDUP = 50

/** A batch selected with one strategy. */
interface SelectedBatch {
  readonly milliseconds: number
  readonly answer: ChosenBatch
  /** Hash of its images and their boxes, without their destinations. */
  readonly hash: string
}

export interface ScanComparison {
  readonly index: SelectedBatch
  readonly scan: SelectedBatch
}

/**
 * Selects the last batch of the rarest class with both strategies. It is incomplete, so a scan reads the whole file. A
 * worker runs the scan; the benchmark polls twice a second.
 */
export async function compareWithScan(
  functions: RunningFunctions,
  s3: string,
  dataset: string,
): Promise<ScanComparison> {
  const request = { dataset, classNames: [RARE_CLASS], examplesPerClass: IMAGES }
  const preview = await functions.call(
    createBatchCall('rare', { ...request, strategy: 'index' }, { validateOnly: 'true' }),
  )
  const [{ available } = { available: 0 }] = ChosenBatch.parse(preview).classes
  const last = { ...request, batchOffset: Math.floor(available / IMAGES) }
  const choose = async (batch: string, strategy: BatchRequestBody['strategy']): Promise<SelectedBatch> => {
    const started = performance.now()
    const view = await selectBatch(functions, batch, { ...last, strategy }, TIMEOUT_SECONDS)
    const milliseconds = performance.now() - started
    const hash = await hashImages(s3, `${view.location}`)
    return { milliseconds, answer: ChosenBatch.parse(view), hash }
  }
  const byIndex: SelectedBatch[] = []
  for (let turn = 0; turn < INDEX_TURNS; turn++) byIndex.push(await choose(`rare-index-${turn}`, 'index'))
  const scan = await choose('rare-scan', 'scan')
  const [index = scan] = byIndex
  return { index: { ...index, milliseconds: median(byIndex.map(({ milliseconds }) => milliseconds)) }, scan }
}

/** @param folder URI of the batch's folder */
async function hashImages(s3: string, folder: string): Promise<string> {
  const { selection } = JSON.parse(await fetchText(await linkTo(s3, `${folder}batch.json`)))
  const lines = (await fetchText(await linkTo(s3, `${folder}${selection.list.name}`)))
    .split('\n')
    .filter((line) => line !== '')
  const images = lines.map((line) => ({ ...JSON.parse(line), destination: '' }))
  return createHash('sha256').update(JSON.stringify(images)).digest('hex').slice(0, 16)
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} returned ${response.status}`)
  return await response.text()
}

/** Reports the comparison. Pure. @param firstMilliseconds duration of the batch at offset 0 of the same file, by index */
export function toScanPart({ index, scan }: ScanComparison, firstMilliseconds: number, quick: boolean): Part {
  const row = (who: string, { milliseconds, answer: { cost } }: SelectedBatch): Row => ({
    what: `last ${index.answer.imageCount} images of ${RARE_CLASS}`,
    who,
    times: roundTo(milliseconds / index.milliseconds),
    ms: roundTo(milliseconds),
    requests: cost.requests,
    KB: roundTo(cost.bytes / 1000),
    'times the bytes': roundTo(cost.bytes / index.answer.cost.bytes),
  })
  const times = scan.milliseconds / firstMilliseconds
  const tooFast = `the complete scan took only ${roundTo(times)} times as long as offset 0 by index, not ${MIN_SPEEDUP}`
  const answers = [index, scan].map(({ answer: { imageCount, classes }, hash }) =>
    JSON.stringify([imageCount, classes, hash]),
  )
  return {
    rows: [row('by index', index), row('by complete scan', scan)],
    notes: [`a complete scan takes ${roundTo(times)} times as long as the batch at offset 0 by index`],
    failures: [
      ...(answers[0] === answers[1] ? [] : [`scan and index differ: ${answers.join(' and ')}`]),
      ...(times < MIN_SPEEDUP && !quick ? [tooFast] : []),
    ],
  }
}
