import { ChosenBatch, createBatchCall } from '../api-calls.ts'
import type { Part, Row } from '../report.ts'
import type { RunningFunctions } from '../running-functions.ts'
import { median, roundTo, spread } from '../statistics.ts'

/** The offset and size of a batch. */
export interface BatchSpec {
  readonly batchOffset: number
  readonly examplesPerClass: number
  /** Measured only on the large file, because the small one has too few images. */
  readonly largeOnly?: boolean
}

export interface Dataset {
  readonly name: string
  /** `51 MB` */
  readonly title: string
  readonly isLarge: boolean
}

const CALLS = ['validateOnly', 'batch'] as const

/** The measurement of one call over all turns. */
export interface Figure {
  readonly spec: BatchSpec
  readonly dataset: Dataset
  readonly call: (typeof CALLS)[number]
  readonly milliseconds: number
  readonly spread: number
  readonly chosen: ChosenBatch
}

/** Maximum ratio between the large and the small file. */
const MAX_GROWTH = 1.2
const MAX_BATCH_BYTES = 1_000_000

/**
 * Creates each batch repeatedly under new names, alternating between the files, so that external load affects both. The
 * first turn is a warm-up.
 */
export async function measureGrowth(
  functions: RunningFunctions,
  datasets: readonly Dataset[],
  classNames: string[],
  specs: readonly BatchSpec[],
  turns: number,
): Promise<Figure[]> {
  const series = specs.flatMap((spec) =>
    CALLS.flatMap((call) =>
      datasets
        .filter(({ isLarge }) => isLarge || !spec.largeOnly)
        .map((dataset) => ({ spec, call, dataset, times: [] as number[], chosen: [] as ChosenBatch[] })),
    ),
  )
  for (let turn = 0; turn <= turns; turn++)
    for (const { spec, call, dataset, times, chosen } of series) {
      const { batchOffset, examplesPerClass } = spec
      const batch = `${dataset.name}-${batchOffset}-${examplesPerClass}-${turn}`
      const body = { dataset: dataset.name, classNames, examplesPerClass, batchOffset, strategy: 'index' as const }
      const query = call === 'validateOnly' ? { validateOnly: 'true' } : {}
      const started = performance.now()
      const answer = await functions.call(createBatchCall(batch, body, query))
      times.push(performance.now() - started)
      chosen.push(ChosenBatch.parse(answer))
    }
  return series.flatMap(({ times: [, ...times], chosen, ...each }) =>
    chosen.slice(-1).map((last) => ({ ...each, milliseconds: median(times), spread: spread(times), chosen: last })),
  )
}

/** Reports the figures and their failures. Pure. */
export function toGrowthPart(figures: readonly Figure[], quick: boolean): Part {
  return {
    rows: figures.map((figure) => toRow(figure, findSmall(figure, figures))),
    notes: classNotes(figures),
    failures: figures.flatMap((figure) => [
      ...findMissingImages(figure),
      ...(figure.call === 'batch' ? findGrowth(figure, findSmall(figure, figures), quick) : []),
      ...(figure.call === 'batch' ? findWrongEstimates(figure, figures) : []),
    ]),
  }
}

/** Finds the same call on the small file, if it was measured. */
const findSmall = ({ spec, call }: Figure, figures: readonly Figure[]): Figure | undefined =>
  figures.find((other) => other.spec === spec && other.call === call && !other.dataset.isLarge)

const toTitle = ({ spec: { batchOffset, examplesPerClass }, call, chosen }: Figure): string =>
  `offset ${batchOffset.toLocaleString('en-US')}, ${chosen.classes.length} x ${examplesPerClass}${call === 'batch' ? '' : ', validateOnly'}`

const toRow = (figure: Figure, small: Figure | undefined): Row => ({
  what: toTitle(figure),
  who: figure.dataset.title,
  times: small && roundTo(figure.milliseconds / small.milliseconds),
  ms: roundTo(figure.milliseconds),
  'spread %': Math.round(figure.spread * 100),
  requests: figure.chosen.cost.requests,
  KB: roundTo(figure.chosen.cost.bytes / 1000),
  'times the bytes': small && roundTo(figure.chosen.cost.bytes / small.chosen.cost.bytes),
})

function findMissingImages({ chosen, ...figure }: Figure): string[] {
  return chosen.classes
    .filter(({ selected, requested }) => selected !== requested)
    .map(
      ({ className, selected, requested }) =>
        `${toTitle({ chosen, ...figure })} of ${figure.dataset.title}: ${selected} of ${requested} images of ${className}`,
    )
}

function findGrowth(figure: Figure, small: Figure | undefined, quick: boolean): string[] {
  const { bytes } = figure.chosen.cost
  const what = `${toTitle(figure)} of ${figure.dataset.title}`
  const failures = bytes >= MAX_BATCH_BYTES ? [`${what}: ${bytes} bytes, not less than ${MAX_BATCH_BYTES}`] : []
  if (!small) return failures
  const more = bytes / small.chosen.cost.bytes
  const longer = figure.milliseconds / small.milliseconds
  if (more > MAX_GROWTH) failures.push(`${what}: ${roundTo(more)} times the bytes of ${small.dataset.title}`)
  if (longer > MAX_GROWTH && !quick)
    failures.push(`${what}: ${roundTo(longer)} times as long as of ${small.dataset.title}`)
  return failures
}

/** Checks that the preview states the actual cost. */
function findWrongEstimates(created: Figure, figures: readonly Figure[]): string[] {
  const preview = figures.find(
    ({ spec, dataset, call }) => spec === created.spec && dataset === created.dataset && call !== 'batch',
  )
  const [expected, actual] = [preview?.chosen.cost, created.chosen.cost].map((cost) => JSON.stringify(cost))
  return expected === actual
    ? []
    : [`${toTitle(created)} of ${created.dataset.title} took ${actual}, but the preview stated ${expected}`]
}

/** Notes the number of images per class, which limits the offsets. */
const classNotes = (figures: readonly Figure[]): string[] =>
  [...new Map(figures.map((figure) => [figure.dataset, figure.chosen.classes])).entries()].map(
    ([{ title }, classes]) =>
      `${title}: ${classes.map(({ className, available }) => `${available.toLocaleString('en-US')} images of ${className}`).join(', ')}`,
  )
