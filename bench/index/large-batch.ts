import { ChosenBatch, selectBatch } from '../api-calls.ts'
import { type CallReport, MAX_MEGABYTES, MEMORY_MEGABYTES, summarizeCalls } from '../function-report.ts'
import type { Part } from '../report.ts'
import { RUN_TASK, type RunningFunctions } from '../running-functions.ts'
import { roundTo } from '../statistics.ts'

const TIMEOUT_SECONDS = 200

export interface LargeBatch {
  readonly milliseconds: number
  readonly chosen: ChosenBatch
  /** Calls of the worker that selected the images. */
  readonly calls: readonly CallReport[]
}

/** Measures a batch of the maximum size, selected by index in a worker. */
export async function measureLargeBatch(
  functions: RunningFunctions,
  dataset: string,
  classNames: string[],
  examplesPerClass: number,
): Promise<LargeBatch> {
  await functions.reports()
  const request = { dataset, classNames, examplesPerClass, strategy: 'index' as const }
  const started = performance.now()
  const view = await selectBatch(functions, 'large', request, TIMEOUT_SECONDS)
  const milliseconds = performance.now() - started
  const calls = (await functions.reports()).get(RUN_TASK) ?? []
  return { milliseconds, chosen: ChosenBatch.parse(view), calls }
}

/** Reports the large batch. Pure. */
export function toLargeBatchPart({ milliseconds, chosen, calls }: LargeBatch): Part {
  const { imageCount, classes, cost } = chosen
  const worker = summarizeCalls(calls, MEMORY_MEGABYTES.worker)
  const what = `${classes.length} classes x ${classes[0]?.requested.toLocaleString('en-US')}`
  const short = classes.filter(({ selected, requested }) => selected !== requested)
  const peak = worker?.peakMegabytes ?? Number.NaN
  return {
    rows: [
      {
        what,
        who: 'by index, in a worker',
        ms: roundTo(milliseconds),
        requests: cost.requests,
        KB: roundTo(cost.bytes / 1000),
        'peak MB': worker?.peakMegabytes,
      },
    ],
    notes: [
      `${what}: ${imageCount.toLocaleString('en-US')} images, because an image may count for two classes; ${worker?.seconds} s in the worker, the rest is polling`,
    ],
    failures: [
      ...short.map(
        ({ className, selected, requested }) => `${what}: ${selected} of ${requested} images of ${className}`,
      ),
      ...(peak < MAX_MEGABYTES ? [] : [`${what}: the worker used ${peak} MB, limit ${MAX_MEGABYTES}`]),
    ],
  }
}
