import { batchCall, ChosenBatch } from '../api-calls.ts'
import type { FunctionsAtWork } from '../functions-at-work.ts'
import type { Part, Row } from '../report.ts'
import { median, rounded, spread } from '../statistics.ts'

/** A batch of so many images of each class, behind those of so many batches. */
export interface Deal {
  readonly batchOffset: number
  readonly examplesPerClass: number
  /** For the large file alone: the small one has not so many images. */
  readonly isForLarge?: boolean
}

export interface Dataset {
  readonly name: string
  /** `51 MB` */
  readonly title: string
  readonly isLarge: boolean
}

const CALLS = ['validateOnly', 'batch'] as const

/** What one call came to over all turns. */
export interface Figure {
  readonly deal: Deal
  readonly dataset: Dataset
  readonly call: (typeof CALLS)[number]
  readonly milliseconds: number
  readonly spread: number
  readonly chosen: ChosenBatch
}

/** More than this at the large file for 1 at the small one is growth. */
const MOST_GROWTH = 1.2
const MOST_BYTES = 1_000_000

/**
 * Makes each batch again and again, under another name each time, of one file and then of the other, so that what slows
 * the machine down slows both. The first turn is a warm-up.
 */
export async function measureGrowth(
  functions: FunctionsAtWork,
  datasets: readonly Dataset[],
  classNames: string[],
  deals: readonly Deal[],
  turns: number,
): Promise<Figure[]> {
  const asked = deals.flatMap((deal) =>
    CALLS.flatMap((call) =>
      datasets
        .filter(({ isLarge }) => isLarge || !deal.isForLarge)
        .map((dataset) => ({ deal, call, dataset, times: [] as number[], chosen: [] as ChosenBatch[] })),
    ),
  )
  for (let turn = 0; turn <= turns; turn++)
    for (const { deal, call, dataset, times, chosen } of asked) {
      const { batchOffset, examplesPerClass } = deal
      const batch = `${dataset.name}-${batchOffset}-${examplesPerClass}-${turn}`
      const body = { dataset: dataset.name, classNames, examplesPerClass, batchOffset, strategy: 'index' as const }
      const query = call === 'validateOnly' ? { validateOnly: 'true' } : {}
      const started = performance.now()
      const answer = await functions.call(batchCall(batch, body, query))
      times.push(performance.now() - started)
      chosen.push(ChosenBatch.parse(answer))
    }
  return asked.flatMap(({ times: [, ...times], chosen, ...each }) =>
    chosen.slice(-1).map((last) => ({ ...each, milliseconds: median(times), spread: spread(times), chosen: last })),
  )
}

/** What the figures say, and what of it must not be. Pure. */
export function growthPart(figures: readonly Figure[], quick: boolean): Part {
  return {
    rows: figures.map((figure) => rowOf(figure, smallOf(figure, figures))),
    notes: classNotes(figures),
    failures: figures.flatMap((figure) => [
      ...notFull(figure),
      ...(figure.call === 'batch' ? grown(figure, smallOf(figure, figures), quick) : []),
      ...(figure.call === 'batch' ? mistold(figure, figures) : []),
    ]),
  }
}

/** The same call at the small file; none where only the large one was asked. */
const smallOf = ({ deal, call }: Figure, figures: readonly Figure[]): Figure | undefined =>
  figures.find((other) => other.deal === deal && other.call === call && !other.dataset.isLarge)

const titleOf = ({ deal: { batchOffset, examplesPerClass }, call, chosen }: Figure): string =>
  `offset ${batchOffset.toLocaleString('en-US')}, ${chosen.classes.length} x ${examplesPerClass}${call === 'batch' ? '' : ', validateOnly'}`

const rowOf = (figure: Figure, small: Figure | undefined): Row => ({
  what: titleOf(figure),
  who: figure.dataset.title,
  times: small && rounded(figure.milliseconds / small.milliseconds),
  ms: rounded(figure.milliseconds),
  'spread %': Math.round(figure.spread * 100),
  requests: figure.chosen.cost.requests,
  KB: rounded(figure.chosen.cost.bytes / 1000),
  'times the bytes': small && rounded(figure.chosen.cost.bytes / small.chosen.cost.bytes),
})

function notFull({ chosen, ...figure }: Figure): string[] {
  return chosen.classes
    .filter(({ selected, requested }) => selected !== requested)
    .map(
      ({ className, selected, requested }) =>
        `${titleOf({ chosen, ...figure })} of ${figure.dataset.title}: ${selected} of ${requested} images of ${className}`,
    )
}

function grown(figure: Figure, small: Figure | undefined, quick: boolean): string[] {
  const { bytes } = figure.chosen.cost
  const what = `${titleOf(figure)} of ${figure.dataset.title}`
  const failures = bytes >= MOST_BYTES ? [`${what}: ${bytes} bytes, not less than ${MOST_BYTES}`] : []
  if (!small) return failures
  const more = bytes / small.chosen.cost.bytes
  const longer = figure.milliseconds / small.milliseconds
  if (more > MOST_GROWTH) failures.push(`${what}: ${rounded(more)} times the bytes of ${small.dataset.title}`)
  if (longer > MOST_GROWTH && !quick)
    failures.push(`${what}: ${rounded(longer)} times as long as of ${small.dataset.title}`)
  return failures
}

/** What was told before must be what it took. */
function mistold(made: Figure, figures: readonly Figure[]): string[] {
  const told = figures.find(
    ({ deal, dataset, call }) => deal === made.deal && dataset === made.dataset && call !== 'batch',
  )
  const [before, after] = [told?.chosen.cost, made.chosen.cost].map((cost) => JSON.stringify(cost))
  return before === after ? [] : [`${titleOf(made)} of ${made.dataset.title} took ${after}, and ${before} was told`]
}

/** How many images of each class there are, which decides how far a deal can go. */
const classNotes = (figures: readonly Figure[]): string[] =>
  [...new Map(figures.map((figure) => [figure.dataset, figure.chosen.classes])).entries()].map(
    ([{ title }, classes]) =>
      `${title}: ${classes.map(({ className, available }) => `${available.toLocaleString('en-US')} images of ${className}`).join(', ')}`,
  )
