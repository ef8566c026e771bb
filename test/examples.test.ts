import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { type ExampleRequest, parseHttpFile } from './http-file.ts'

const EXAMPLES = new URL('../examples/', import.meta.url)
const README = await readFile(new URL('README.md', EXAMPLES), 'utf8')
const FILES = [...README.matchAll(/^\d+\. \[(.+\.http)\]\(\1\)$/gm)].map(([, file = '']) => file)

const requestsOf = async (file: string) => parseHttpFile(await readFile(new URL(file, EXAMPLES), 'utf8'))

let directory: string
let stack: Stack
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'examples-'))
  stack = await startStack({ directory })
  await seedSampleDatasets(stack)
})
afterAll(async () => {
  await stack.stop()
  await rm(directory, { recursive: true })
})

const send = ({ method, target, headers, body }: ExampleRequest) =>
  fetch(`${stack.api}${target}`, { method, headers, ...(body !== undefined && { body }) })

const BATCH_STATES = ['importing', 'selecting', 'queued', 'copying', 'deleting']
const JOB_STATUSES = ['Creating', 'Initializing', 'InProgress', 'Stopping']
const UNDER_WAY = new Set([...BATCH_STATES, ...JOB_STATUSES])

/** What an answer with `retry-after` asks for: look there until the work is over. */
async function untilOver(location: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(`${stack.api}${location}`)
    const { state, status } = (await response.json()) as { state?: string; status?: string }
    if (!UNDER_WAY.has(state ?? status ?? '')) return
    await wait(50)
  }
  throw new Error(`${location} does not come to an end`)
}

describe('the examples', () => {
  it('are all in the list that says their order', async () => {
    const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.http'))
    expect(FILES.toSorted()).toEqual(files.toSorted())
  })

  it.each(FILES)('%s is answered as it says', async (file) => {
    const requests = await requestsOf(file)
    for (const [at, request] of requests.entries()) {
      const response = await send(request)
      if (!request.expected.includes(response.status))
        throw new Error(`${request.title}: ${response.status} ${await response.text()}`)
      const cancelsNext = requests[at + 1]?.title.startsWith('Cancel')
      const location = response.headers.get('location') ?? request.target
      if (response.headers.has('retry-after') && !cancelsNext) await untilOver(location)
    }
  })
})
