import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../shared/platform/http/path.ts'
import { readExampleFiles, toOperationId } from '../../tools/examples/example-files.ts'
import { fillPlaceholders } from '../../tools/examples/http-file.ts'

/** The value of each path parameter: an existing resource. */
export type Names = Readonly<Record<string, string>>

const EXAMPLES = await readExampleFiles()

/**
 * Other bodies than those of the examples: these events do not occur, so the webhook only gets test events, and a link is
 * known only to whoever created it.
 */
const OWN_BODIES = (web: string): Readonly<Record<string, unknown>> => ({
  registerWebhook: { url: `${web}/hook`, events: ['dataset.failed'] },
  openSession: { secret: `w.${'0'.repeat(43)}` },
  nextTasks: {},
  renewBlock: { block: '0-0-0123456789abcdef' },
  submitAnswer: { ticket: 'none', submitId: 'submit-1', answer: 'empty' },
})

/** Valid names of resources that do not exist. */
export const NOBODY: Names = {
  batch: 'none',
  dataset: 'none',
  job: 'none',
  webhook: 'none',
  worker: 'none',
  delivery: 'dlv_00000000000_0000000000000000',
  image: '0'.repeat(32),
  line: '999999',
  consolidation: 'none',
}

/** Calls that change something and cost nothing, so they need no dry run. */
export const CHEAP: readonly string[] = [
  'resolveClasses',
  'stopLabelingJob',
  'consolidateLabelingJob',
  'enableWebhook',
  'rotateSecret',
  'sendTestEvent',
  'redeliverEvent',
  'rotateLink',
  'openSession',
  'nextTasks',
  'renewBlock',
  'submitAnswer',
]

/** PUTs that always overwrite, so they never conflict. */
export const WRITTEN_ANEW: readonly string[] = ['writeManifest']

/**
 * Returns a valid body for an endpoint: that of the first example which works.
 * @param web a server that accepts deliveries and serves an image at `/image.jpg`
 * @throws Error when no example has a body
 */
export function toBody({ operationId, body }: Endpoint, web: string): unknown {
  if (!body) return undefined
  const own = OWN_BODIES(web)[operationId]
  if (own !== undefined) return own
  const { requests = [] } = EXAMPLES.find(({ name }) => toOperationId(name) === operationId) ?? {}
  const example = requests.find((one) => one.body !== undefined && (one.expected[0] ?? 400) < 300)
  if (example?.body === undefined) throw new Error(`No example of ${operationId} has a body and works`)
  return JSON.parse(fillPlaceholders(example.body, { photo: `${web}/image.jpg` }, new Map()))
}

/** Fills the parameters of a path. @throws Error naming a parameter without a value */
export const toPath = ({ path }: Pick<Endpoint, 'path'>, names: Names): string =>
  expandPath(path, (name) => {
    const value = names[name]
    if (value === undefined) throw new Error(`${path}: add a value for {${name}} to every-endpoint.system.test.ts`)
    return value
  })
