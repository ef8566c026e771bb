import { answerChecker, type Seen } from '../contract/check-answers.ts'
import { readContract } from '../contract/file.ts'
import { callsOf } from './contract.ts'
import { givenByAnswers } from './given.ts'
import { type FuzzRequest, requestOf } from './request.ts'
import { curlOf, send, type Target } from './send.ts'
import { OFTEN, poolsFor } from './words.ts'

/** What is to be sent, and where. */
export interface Fuzzing extends Target {
  readonly requests: number
  readonly seed: number
  /** Sends the request of this number alone. */
  readonly only?: number | undefined
  /** An address on this machine that answers whatever is sent to it. */
  readonly receiver: string
}

/** An answer that must not be. */
export interface Finding {
  readonly number: number
  readonly what: string
  readonly curl: string
  /** What came instead; empty where nothing did. */
  readonly answer: string
}

export interface Fuzzed {
  readonly findings: readonly Finding[]
  /** How often each call was answered with each status. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>
}

/** Sends request after request, made from the contract and the seed, and holds each answer against the contract. */
export async function fuzz(fuzzing: Fuzzing): Promise<Fuzzed> {
  const contract = await readContract()
  const check = answerChecker(contract)
  const source = {
    calls: callsOf(contract).flatMap((call) => Array.from({ length: OFTEN[call.operationId] ?? 1 }, () => call)),
    schemas: contract.components.schemas,
    poolsFor: (operationId: string) => poolsFor(operationId, fuzzing.receiver),
  }
  const given = givenByAnswers()
  const findings: Finding[] = []
  const answers = new Map(source.calls.map(({ operationId }) => [operationId, new Map<number, number>()]))
  for (const number of numbersOf(fuzzing)) {
    const request = given.fill(requestOf(number, fuzzing.seed, source))
    const seen = await send(request, fuzzing).catch((error: unknown) => String(error))
    if (typeof seen !== 'string') {
      given.see(request, seen.text)
      const counts = answers.get(request.operationId)
      counts?.set(seen.status, (counts.get(seen.status) ?? 0) + 1)
    }
    const faults = typeof seen === 'string' ? [seen] : faultsOf(seen, check)
    if (faults.length > 0) findings.push(findingOf(request, seen, faults, fuzzing.api))
  }
  return { findings, answers }
}

const numbersOf = ({ only, requests }: Fuzzing): number[] =>
  only === undefined ? Array.from({ length: requests }, (_, index) => index + 1) : [only]

const faultsOf = (seen: Seen, check: (seen: Seen) => readonly string[]): readonly string[] =>
  seen.status >= 500 ? [`it was answered ${seen.status}`, ...check(seen)] : check(seen)

const findingOf = (request: FuzzRequest, seen: Seen | string, faults: readonly string[], api: string): Finding => ({
  number: request.number,
  what: faults.join('; '),
  curl: curlOf(request, api),
  answer: typeof seen === 'string' ? '' : `${seen.status} ${seen.text.slice(0, 1000)}`,
})
