import { deleteBatch } from '../../shared/batches/delete.ts'
import { ConsolidationRequest } from '../../shared/contracts/consolidation.ts'
import { consolidate } from '../../shared/labeling/jobs/consolidate.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { catBox, type GivenLine, pseudonym } from '../support/fixtures/closed-work.ts'
import { consolidateAgain, dogBox, drew, endedJob } from '../support/fixtures/ended-job.ts'
import { jsonAt, keysUnder, textAt, touchedIn } from '../support/world/bucket-contents.ts'
import type { Call } from '../support/world/call.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

const RECORD = 'system/labeling-work/cats-1/work000000000001/consolidations/again.json'
const MANIFEST = 'data/b/cats-1/consolidations/again/output.manifest'

/** Two shards. */
const LINES: readonly GivenLine[] = Array.from({ length: 102 }, (_, index) =>
  index % 50 === 0 ? { answers: [drew(1, catBox()), drew(2, dogBox(3)), drew(3, catBox(index))] } : {},
)
const SETTINGS = { quorum: 0.3, withoutWorkers: [pseudonym(2)] }

const ended = async (): Promise<World> => (await endedJob({ because: 'deadline', lines: LINES })).world

async function makeAgain(ports: MemoryPorts, options: DrainOptions = {}): Promise<void> {
  const request = ConsolidationRequest.parse({ name: 'again', ...SETTINGS })
  await retryUntilDone(() => consolidate('cats-1', request, ports))
  await drain(ports, options)
}

/** What is made in any other way than this depends on something else than the answers and the settings. */
const EXPECTED = await endedJob({ because: 'deadline', lines: LINES }).then(async (ports) => {
  const { name: _, createdAt: __, ...view } = await consolidateAgain(ports, SETTINGS)
  return { view, manifest: textAt(ports.world, MANIFEST) }
})

/** A scenario about the consolidation `again` of the job `cats-1`. */
const ofConsolidation = scenariosWith(({ world }, before) => [
  ...touchedIn(world, before, 'data/b/cats-1/manifests/').filter(() => jsonAt(world, 'data/b/batch.json') !== null),
  ...wrongInRecord(world),
])

function wrongInRecord(world: World): string[] {
  const { state, problem } = jsonAt(world, RECORD) ?? {}
  const manifest = textAt(world, MANIFEST)
  return [
    ...(manifest === undefined || manifest === EXPECTED.manifest ? [] : ['the manifest has other bytes']),
    ...(state === 'completed' && manifest === undefined ? ['it is completed without a manifest'] : []),
    ...(state === 'failed' && problem === undefined ? ['it has failed without a reason'] : []),
  ]
}

const notEnded =
  (expected: 'completed' | 'failed') =>
  ({ world }: MemoryPorts): string[] => {
    const { state, counters } = jsonAt(world, RECORD) ?? {}
    const isRight = expected === 'failed' || counters?.labeled === 3
    return [
      ...(state === expected ? [] : [`it is ${state}`]),
      ...(isRight ? [] : [`its counters are ${JSON.stringify(counters)}`]),
    ]
  }

/** One part can never be written. */
const losesPart = ({ method, key }: Call) =>
  method === 'put' && key.endsWith('labels/0001.jsonl') ? ('before' as const) : undefined

/** The batch is deleted while workers make the labels. */
async function makeAndDelete(ports: MemoryPorts, options: DrainOptions): Promise<void> {
  const request = ConsolidationRequest.parse({ name: 'again', ...SETTINGS })
  await retryUntilDone(() => consolidate('cats-1', request, ports))
  await retryUntilDoneOr(() => deleteBatch('b', ports), 'not-found')
  await drain(ports, options)
}

/** All scenarios of consolidations with other settings. */
export const CONSOLIDATION_SCENARIOS: readonly Scenario[] = [
  ofConsolidation('consolidating again', ended, makeAgain, notEnded('completed')),
  ofConsolidation('dead-lettering a part of a consolidation', ended, makeAgain, notEnded('failed'), losesPart),
  ofConsolidation('consolidating a job that goes', ended, makeAndDelete, ({ world }) => [
    ...keysUnder(world, 'data/b/'),
    ...keysUnder(world, 'system/labeling-work/'),
  ]),
]
