import { gunzipSync } from 'node:zlib'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { createAnswerChecker, type HttpExchange } from '../../tools/contract/check-answers.ts'
import { readContract } from '../../tools/contract/file.ts'

let check: Promise<ReturnType<typeof createAnswerChecker>> | undefined

/** Fails the test that saw an answer which the contract does not declare, to the field. */
export async function expectDeclared(seen: HttpExchange): Promise<void> {
  check ??= readContract().then(createAnswerChecker)
  const faults = (await check)(seen)
  if (faults.length === 0) return
  const call = `${seen.method} ${seen.path} was answered ${seen.status} ${seen.text.slice(0, 2000)}`
  throw new Error(
    `docs/openapi.json does not declare this:\n${faults.join('\n')}\n${call}\nnpm run contract writes it anew.`,
  )
}

/** `fetch`, for answers that the contract must declare. */
export async function fetchDeclared(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init)
  const { pathname, search } = new URL(url)
  const { status, headers } = response
  const text = await response.clone().text()
  await expectDeclared({ method: init.method ?? 'GET', path: `${pathname}${search}`, status, headers, text })
  return response
}

/** The same for what a handler answers to an event, before any gateway. */
export async function expectDeclaredResult(
  { method, rawPath }: { readonly method: string; readonly rawPath: string },
  { statusCode = 0, headers = {}, body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2,
): Promise<void> {
  const told = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
  const text = isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString() : body
  await expectDeclared({ method, path: encodeURI(rawPath), status: statusCode, headers: new Headers(told), text })
}
