import { createAnswerChecker, type HttpExchange } from '../contract/check-answers.ts'
import { readContract } from '../contract/file.ts'
import { captureValues } from './captured-values.ts'
import { listCalls } from './contract.ts'
import { type FuzzRequest, makeRequest } from './request.ts'
import { send, type Target, toCurl } from './send.ts'
import { CALL_WEIGHTS, selectPools } from './value-pools.ts'
import { enterAsWorker } from './worker.ts'

/** What to send, and where. */
export interface FuzzOptions extends Target {
  readonly requests: number
  readonly seed: number
  /** Sends only the request with this number. */
  readonly only?: number | undefined
  /** URL of a local server that accepts all requests. */
  readonly receiver: string
}

/** A response that violates the contract. */
export interface Finding {
  readonly number: number
  readonly what: string
  readonly curl: string
  /** The response; empty if there was none. */
  readonly answer: string
}

export interface FuzzResult {
  readonly findings: readonly Finding[]
  /** Number of responses by operation and status. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>
}

/** Sends requests that are generated from the OpenAPI document and a seed, and checks each response against it. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const contract = await readContract()
  const check = createAnswerChecker(contract)
  const source = {
    calls: listCalls(contract).flatMap((call) =>
      Array.from({ length: CALL_WEIGHTS[call.operationId] ?? 1 }, () => call),
    ),
    schemas: contract.components.schemas,
    poolsFor: (operationId: string) => selectPools(operationId, options.receiver),
  }
  const captured = captureValues(await enterAsWorker(options))
  const findings: Finding[] = []
  const answers = new Map(source.calls.map(({ operationId }) => [operationId, new Map<number, number>()]))
  for (const number of listNumbers(options)) {
    const request = captured.fill(makeRequest(number, options.seed, source))
    const exchange = await send(request, options).catch((error: unknown) => String(error))
    if (typeof exchange !== 'string') {
      captured.observe(request, exchange.text)
      const counts = answers.get(request.operationId)
      counts?.set(exchange.status, (counts.get(exchange.status) ?? 0) + 1)
    }
    const issues = typeof exchange === 'string' ? [exchange] : findIssues(exchange, check)
    if (issues.length > 0) findings.push(toFinding(request, exchange, issues, options.api))
  }
  return { findings, answers }
}

const listNumbers = ({ only, requests }: FuzzOptions): number[] =>
  only === undefined ? Array.from({ length: requests }, (_, index) => index + 1) : [only]

const findIssues = (exchange: HttpExchange, check: (exchange: HttpExchange) => readonly string[]): readonly string[] =>
  exchange.status >= 500 ? [`the status is ${exchange.status}`, ...check(exchange)] : check(exchange)

const toFinding = (
  request: FuzzRequest,
  exchange: HttpExchange | string,
  issues: readonly string[],
  api: string,
): Finding => ({
  number: request.number,
  what: issues.join('; '),
  curl: toCurl(request, api),
  answer: typeof exchange === 'string' ? '' : `${exchange.status} ${exchange.text.slice(0, 1000)}`,
})
