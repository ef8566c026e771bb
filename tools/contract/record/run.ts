import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { findFunctions } from '../../../local/functions.ts'
import { seedSampleDatasets } from '../../../local/sample-data/seed.ts'
import { startStack } from '../../../local/stack.ts'
import { readExampleFiles } from '../../examples/example-files.ts'
import { startReceiver } from '../../examples/receiver.ts'
import { runningTarget } from '../../examples/running-target.ts'
import { Example } from '../examples.ts'
import { recordFiles } from './record.ts'
import { createStabilizer } from './stabilize.ts'

/** `fetch` with a request id that is the same in every recording. */
const fetchAsExample: typeof fetch = (url, init) =>
  fetch(url, { ...init, headers: { ...init?.headers, 'x-request-id': 'example' } })

/** Records the `.http` files on a temporary stack. */
export async function recordExamples(): Promise<readonly Example[]> {
  const start = new Date()
  const directory = await mkdtemp(join(tmpdir(), 'examples-'))
  const receiver = await startReceiver()
  const stack = await startStack({ directory, labeling: { pace: { milliseconds: 250 } } })
  try {
    await seedSampleDatasets(stack)
    const { endpoints } = await findFunctions()
    const target = runningTarget({ api: stack.api, token: stack.token, receiver: receiver.url }, fetchAsExample)
    const declarations = endpoints.map(({ endpoint }) => endpoint)
    const examples = await recordFiles(await readExampleFiles(), declarations, target)
    const stable = createStabilizer(start, { api: stack.api, receiver: receiver.url })
    return z.array(Example).parse(JSON.parse(stable(JSON.stringify(examples))))
  } finally {
    await stack.stop()
    receiver.stop()
    await rm(directory, { recursive: true })
  }
}
