import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startStack } from '../../local/stack.ts'
import { readContract } from '../../tools/contract/file.ts'
import { startReceiver } from '../../tools/examples/receiver.ts'
import { listCalls } from '../../tools/fuzz/contract.ts'
import { createFixtures } from '../../tools/fuzz/fixtures.ts'
import { type FuzzResult, fuzz } from '../../tools/fuzz/fuzz.ts'
import { renderReport } from '../../tools/fuzz/report.ts'
import { makeRequest, type Source } from '../../tools/fuzz/request.ts'
import { selectPools } from '../../tools/fuzz/value-pools.ts'

const contract = await readContract()
const calls = listCalls(contract)
const REQUESTS = 200

let fuzzed: FuzzResult
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
  await createFixtures(stack, receiver.url)
  fuzzed = await fuzz({ requests: REQUESTS, seed: 1, api: stack.api, token: stack.token, receiver: receiver.url })
})
afterAll(() => stop())

/** Returns the number of responses with matching statuses. */
const count = (isCounted: (status: number) => boolean): number =>
  [...fuzzed.answers.values()]
    .flatMap((counts) => [...counts])
    .reduce((sum, [status, times]) => sum + (isCounted(status) ? times : 0), 0)

describe('fuzzing', () => {
  it('finds no response that violates the contract, and no internal error', () => {
    expect(fuzzed.findings).toEqual([])
    expect(count((status) => status < 500)).toBe(REQUESTS)
  })

  it('reaches every operation, with enough accepted requests', () => {
    expect([...fuzzed.answers.keys()]).toEqual(calls.map(({ operationId }) => operationId))
    expect([...fuzzed.answers.values()].filter(({ size }) => size === 0)).toEqual([])
    expect(count((status) => status < 400)).toBeGreaterThan(REQUESTS / 5)
    expect(count((status) => status === 400)).toBeGreaterThan(REQUESTS / 20)
  })

  it('generates the same request for the same seed and number', () => {
    const source: Source = {
      calls,
      schemas: contract.components.schemas,
      poolsFor: (operationId) => selectPools(operationId, 'http://127.0.0.1:9'),
    }
    expect(makeRequest(77, 5, source)).toEqual(makeRequest(77, 5, source))
    const bodies = (seed: number) => Array.from({ length: 50 }, (_, at) => makeRequest(at + 1, seed, source).path)
    expect(bodies(1)).not.toEqual(bodies(2))
  })

  it('uses only URLs that lead to no other reachable host', () => {
    const named = JSON.stringify(selectPools('registerWebhook', 'http://127.0.0.1:9'))
    const hosts = [...named.matchAll(/https?:\/\/([^/":]+)/g)].map(([, host]) => host)
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1', 'nowhere.invalid', '10.0.0.1', '169.254.169.254']))
  })

  it('reports findings with their number and a curl command', () => {
    const finding = { number: 12, what: 'it was answered 500', curl: "curl -si 'http://…'", answer: '500 {}' }
    const report = renderReport({ answers: new Map([['getHealth', new Map([[200, 3]])]]), findings: [finding] }, 7)
    expect(report).toContain('getHealth              200×3')
    expect(report).toContain("request 12 (--seed 7 --only 12): it was answered 500\ncurl -si 'http://…'\n500 {}")
  })
})
