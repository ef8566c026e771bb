import { ChosenBatch, selectBatch } from '../api-calls.ts'
import { type CallReport, MEMORY, MOST_MEGABYTES, summaryOf } from '../function-report.ts'
import { type FunctionsAtWork, RUN_TASK } from '../functions-at-work.ts'
import type { Part } from '../report.ts'
import { rounded } from '../statistics.ts'

const PATIENCE_SECONDS = 200

export interface LargeBatch {
  readonly milliseconds: number
  readonly chosen: ChosenBatch
  /** The calls of the worker that chose the images. */
  readonly calls: readonly CallReport[]
}

/** As many images as a batch can have, by index, chosen by a worker. */
export async function measureLargeBatch(
  functions: FunctionsAtWork,
  dataset: string,
  classNames: string[],
  examplesPerClass: number,
): Promise<LargeBatch> {
  await functions.reports()
  const asked = { dataset, classNames, examplesPerClass, strategy: 'index' as const }
  const started = performance.now()
  const view = await selectBatch(functions, 'large', asked, PATIENCE_SECONDS)
  const milliseconds = performance.now() - started
  const calls = (await functions.reports()).get(RUN_TASK) ?? []
  return { milliseconds, chosen: ChosenBatch.parse(view), calls }
}

/** Pure. */
export function largeBatchPart({ milliseconds, chosen, calls }: LargeBatch): Part {
  const { imageCount, classes, cost } = chosen
  const worker = summaryOf(calls, MEMORY.worker)
  const what = `${classes.length} classes x ${classes[0]?.requested.toLocaleString('en-US')}`
  const short = classes.filter(({ selected, requested }) => selected !== requested)
  const peak = worker?.peakMegabytes ?? Number.NaN
  return {
    rows: [
      {
        what,
        who: 'by index, in a worker',
        ms: rounded(milliseconds),
        requests: cost.requests,
        KB: rounded(cost.bytes / 1000),
        'peak MB': worker?.peakMegabytes,
      },
    ],
    notes: [
      `${what}: ${imageCount.toLocaleString('en-US')} images, as one that two classes take counts for both; ${worker?.seconds} s in the worker, the rest is waiting`,
    ],
    failures: [
      ...short.map(
        ({ className, selected, requested }) => `${what}: ${selected} of ${requested} images of ${className}`,
      ),
      ...(peak < MOST_MEGABYTES ? [] : [`${what}: the worker needed ${peak} MB, not less than ${MOST_MEGABYTES}`]),
    ],
  }
}
