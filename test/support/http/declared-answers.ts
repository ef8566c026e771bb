import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { createAnswerChecker, type HttpExchange } from '../../../tools/contract/check-answers.ts'
import { readContract } from '../../../tools/contract/file.ts'

let check: Promise<ReturnType<typeof createAnswerChecker>> | undefined

/** Checks an answer against docs/openapi.json. @throws Error listing every part that the contract does not declare */
export async function expectDeclared(seen: HttpExchange): Promise<void> {
  check ??= readContract().then(createAnswerChecker)
  const issues = (await check)(seen)
  if (issues.length === 0) return
  const answer = `${seen.method} ${seen.path} answered ${seen.status} ${seen.text.slice(0, 2000)}`
  throw new Error(
    `docs/openapi.json does not declare this answer:\n${issues.join('\n')}\n${answer}\nRun npm run contract to update it.`,
  )
}

/** `fetch` that checks the answer with {@link expectDeclared}. */
export async function fetchDeclared(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init)
  const { pathname, search } = new URL(url)
  const { status, headers } = response
  const text = await response.clone().text()
  await expectDeclared({ method: init.method ?? 'GET', path: `${pathname}${search}`, status, headers, text })
  return response
}

/** Checks with {@link expectDeclared} what a handler returns, before any gateway. */
export async function expectDeclaredResult(
  { method, rawPath }: { readonly method: string; readonly rawPath: string },
  { statusCode = 0, headers = {}, body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2,
): Promise<void> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
  const decompress = headers['content-encoding'] === 'br' ? brotliDecompressSync : gunzipSync
  const text = isBase64Encoded ? decompress(Buffer.from(body, 'base64')).toString() : body
  await expectDeclared({ method, path: encodeURI(rawPath), status: statusCode, headers: new Headers(entries), text })
}
