import { type OpenedSource, planImport } from '../../../shared/datasets/import/import-plan.ts'
import { previewPlan } from '../../../shared/datasets/import/import-preview.ts'
import { planSlices } from '../../../shared/datasets/import/slices.ts'
import { WHOLE_CPU_MEGABYTES } from '../../../shared/platform/function-size.ts'
import { formatCount, formatDollars, table } from '../markdown.ts'
import { PRICES, priceSecond } from './prices.ts'

/** Sizes of the files of Open Images V4 that all its parts share, in bytes. */
const SHARED_FILES = { classDescriptions: 475_854, boxableClassDescriptions: 11_255, hierarchy: 86_291 }

/** Two parts of Open Images V4; the sizes of their image lists are rounded. */
const PARTS = [
  { title: 'test: 52 MB of boxes', annotations: 52_174_204, images: 45e6 },
  { title: 'train: 1.2 GB of boxes', annotations: 1.2e9, images: 640e6 },
]

/** Time that a worker takes for a part or a slice, in seconds: a guess for S3 at its real distance. */
const SECONDS_PER_CALL = 0.5
/** To send a message, receive it and delete it. */
const REQUESTS_PER_MESSAGE = 3

/** Writes what importing two parts of Open Images costs, priced as if every request were a write. Pure. */
export function writeImportCosts(): string {
  const estimates = PARTS.map(estimateImport)
  const row = (title: string, cell: (estimate: ReturnType<typeof estimateImport>) => string): string[] => [
    title,
    ...estimates.map(cell),
  ]
  return table(
    ['', ...PARTS.map(({ title }) => title)],
    [
      row('Parts, and slices of rows', ({ parts, slices }) => `${parts} and ${slices}`),
      row('Requests, at most', ({ requests, s3 }) => `${formatCount(requests)}: ${formatDollars(s3)}`),
      row('SQS messages', ({ messages, sqs }) => `${formatCount(messages)}: ${formatDollars(sqs)}`),
      row(
        `Lambda: a call for each part and slice, ${SECONDS_PER_CALL} seconds each`,
        ({ calls, lambda }) => `${formatCount(calls)}: ${formatDollars(lambda)}`,
      ),
      row('Total', ({ s3, sqs, lambda }) => formatDollars(s3 + sqs + lambda)),
    ],
  )
}

function estimateImport({ annotations, images }: (typeof PARTS)[number]) {
  const opened = Object.entries({ annotations, ...SHARED_FILES, images }).map(([source, size]) => ({
    source: source as OpenedSource['source'], // the keys above are its names
    uri: 'https://example.org',
    file: { size, etag: undefined, ranges: {} },
  }))
  const plan = planImport(opened)
  const { requests, messages } = previewPlan(plan)
  const parts = plan.files.reduce((sum, file) => sum + file.parts, 0)
  const slices = planSlices({ annotations, images }).length
  const calls = parts + slices
  const callPrice = SECONDS_PER_CALL * priceSecond(WHOLE_CPU_MEGABYTES) + PRICES.invocation
  return {
    parts,
    slices,
    requests,
    messages,
    calls,
    s3: requests * PRICES.putRequest,
    sqs: messages * REQUESTS_PER_MESSAGE * PRICES.sqsRequest,
    lambda: calls * callPrice,
  }
}
