import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startStack } from '../../local/stack.ts'
import { readContract } from '../../tools/contract/file.ts'
import { startReceiver } from '../../tools/contract/record/receiver.ts'
import { callsOf } from '../../tools/fuzz/contract.ts'
import { type Fuzzed, fuzz } from '../../tools/fuzz/fuzz.ts'
import { prepare } from '../../tools/fuzz/ground.ts'
import { reportOf } from '../../tools/fuzz/report.ts'
import { requestOf, type Source } from '../../tools/fuzz/request.ts'
import { poolsFor } from '../../tools/fuzz/words.ts'

const contract = await readContract()
const calls = callsOf(contract)
const REQUESTS = 200

let fuzzed: Fuzzed
let stop: () => Promise<void>
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fuzz-'))
  const receiver = await startReceiver()
  const stack = await startStack({ directory, labeling: { pace: { milliseconds: 5 } } })
  stop = async () => {
    await stack.stop()
    receiver.stop()
    await rm(directory, { recursive: true })
  }
  await prepare(stack, receiver.url)
  fuzzed = await fuzz({ requests: REQUESTS, seed: 1, api: stack.api, token: stack.token, receiver: receiver.url })
})
afterAll(() => stop())

/** How many answers there were with such a status. */
const count = (isCounted: (status: number) => boolean): number =>
  [...fuzzed.answers.values()]
    .flatMap((counts) => [...counts])
    .reduce((sum, [status, times]) => sum + (isCounted(status) ? times : 0), 0)

describe('random requests', () => {
  it('are all answered as the contract says, and none by a failure of ours', () => {
    expect(fuzzed.findings).toEqual([])
    expect(count((status) => status < 500)).toBe(REQUESTS)
  })

  it('come to every call, and get far enough to be accepted', () => {
    expect([...fuzzed.answers.keys()]).toEqual(calls.map(({ operationId }) => operationId))
    expect([...fuzzed.answers.values()].filter(({ size }) => size === 0)).toEqual([])
    expect(count((status) => status < 400)).toBeGreaterThan(REQUESTS / 5)
    expect(count((status) => status === 400)).toBeGreaterThan(REQUESTS / 20)
  })

  it('are the same again by seed and number, whatever was sent before', () => {
    const source: Source = {
      calls,
      schemas: contract.components.schemas,
      poolsFor: (operationId) => poolsFor(operationId, 'http://127.0.0.1:9'),
    }
    expect(requestOf(77, 5, source)).toEqual(requestOf(77, 5, source))
    const bodies = (seed: number) => Array.from({ length: 50 }, (_, at) => requestOf(at + 1, seed, source).path)
    expect(bodies(1)).not.toEqual(bodies(2))
  })

  it('name only addresses that lead nowhere else', () => {
    const named = JSON.stringify(poolsFor('registerWebhook', 'http://127.0.0.1:9'))
    const hosts = [...named.matchAll(/https?:\/\/([^/":]+)/g)].map(([, host]) => host)
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1', 'nowhere.invalid', '10.0.0.1', '169.254.169.254']))
  })

  it('are told so that one of them can be sent alone, by hand too', () => {
    const finding = { number: 12, what: 'it was answered 500', curl: "curl -si 'http://…'", answer: '500 {}' }
    const report = reportOf({ answers: new Map([['getHealth', new Map([[200, 3]])]]), findings: [finding] }, 7)
    expect(report).toContain('getHealth              200×3')
    expect(report).toContain("request 12 (--seed 7 --only 12): it was answered 500\ncurl -si 'http://…'\n500 {}")
  })
})
