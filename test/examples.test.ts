import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { seedSampleDatasets } from '../local/sample-data/seed.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { fetchDeclared } from './declared-answers.ts'
import { type ExampleRequest, filled, parseHttpFile } from './http-file.ts'

const EXAMPLES = new URL('../examples/', import.meta.url)
const README = await readFile(new URL('README.md', EXAMPLES), 'utf8')
const FILES = [...README.matchAll(/^\d+\. \[(.+\.http)\]\(\1\)$/gm)].map(([, file = '']) => file)

const requestsOf = async (file: string) => parseHttpFile(await readFile(new URL(file, EXAMPLES), 'utf8'))

const TOKEN = 'my-token'

let directory: string
let stack: Stack
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'examples-'))
  stack = await startStack({ directory, token: TOKEN })
  await seedSampleDatasets(stack)
})
afterAll(async () => {
  await stack.stop()
  await rm(directory, { recursive: true })
})

const send = ({ method, target, headers, body }: ExampleRequest, answers: ReadonlyMap<string, unknown>) => {
  const fill = (text: string): string => filled(text, TOKEN, answers)
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, fill(value)])
  const init = { method, headers: Object.fromEntries(sent), ...(body !== undefined && { body }) }
  return fetchDeclared(`${stack.api}${fill(target)}`, init)
}

const STATES = ['importing', 'selecting', 'queued', 'copying', 'deleting', 'pending']
const JOB_STATUSES = ['Creating', 'Initializing', 'InProgress', 'Stopping']
const UNDER_WAY = new Set([...STATES, ...JOB_STATUSES])

/** What an answer with `retry-after` asks for: look there until the work is over. */
async function untilOver(location: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetchDeclared(`${stack.api}${location}`, { headers: { authorization: `Bearer ${TOKEN}` } })
    const { state, status, run } = (await response.json()) as {
      state?: string
      status?: string
      run?: { state: string }
    }
    if (!UNDER_WAY.has(state ?? status ?? '') && run?.state !== 'running') return
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
    const answers = new Map<string, unknown>()
    for (const [at, request] of requests.entries()) {
      const response = await send(request, answers)
      if (request.name !== undefined) answers.set(request.name, await response.clone().json())
      if (!request.expected.includes(response.status))
        throw new Error(`${request.title}: ${response.status} ${await response.text()}`)
      const cancelsNext = requests[at + 1]?.title.startsWith('Cancel')
      const location = response.headers.get('location') ?? request.target
      if (response.headers.has('retry-after') && !cancelsNext) await untilOver(location)
    }
  })
})
