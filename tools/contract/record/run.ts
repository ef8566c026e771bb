import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { findFunctions } from '../../../local/functions.ts'
import { seedSampleDatasets } from '../../../local/sample-data/seed.ts'
import { startStack } from '../../../local/stack.ts'
import { Example } from '../examples.ts'
import { BATCH_STEPS, DELETION_STEPS } from './batch-steps.ts'
import { DATASET_STEPS } from './dataset-steps.ts'
import { LABELING_STEPS } from './labeling-steps.ts'
import { createOutboundSteps } from './outbound-steps.ts'
import { startReceiver } from './receiver.ts'
import { recordSteps } from './record.ts'
import { createStabilizer } from './stabilize.ts'
import type { Step } from './step.ts'

const HEALTH: Step = { operationId: 'getHealth', name: 'well', summary: 'Healthy', status: 200 }

/** Records all examples: runs the steps on a temporary stack. */
export async function recordExamples(): Promise<readonly Example[]> {
  const start = new Date()
  const directory = await mkdtemp(join(tmpdir(), 'examples-'))
  const receiver = await startReceiver()
  const stack = await startStack({ directory, labeling: { pace: { milliseconds: 250 } } })
  try {
    await seedSampleDatasets(stack)
    const { endpoints } = await findFunctions()
    const outside = createOutboundSteps({ receiver: receiver.url })
    const steps = [HEALTH, ...DATASET_STEPS, ...BATCH_STEPS, ...LABELING_STEPS, ...outside, ...DELETION_STEPS]
    const declared = endpoints.map(({ endpoint }) => endpoint)
    const examples = await recordSteps(steps, { url: stack.api, token: stack.token, endpoints: declared })
    const stable = createStabilizer(start, { api: stack.api, receiver: receiver.url })
    return z.array(Example).parse(JSON.parse(stable(JSON.stringify(examples))))
  } finally {
    await stack.stop()
    receiver.stop()
    await rm(directory, { recursive: true })
  }
}
