import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import type { DownloadedFile, DownloadOptions } from '../ports.ts'
import { backoff } from '../state/backoff.ts'
import { growableBuffer } from '../storage/growable-buffer.ts'
import { parseOutboundUrl, redactUrl } from './outbound-url.ts'
import { type OutboundOptions, readBody } from './request.ts'
import { type Answer, checkPlain, safeFetch, tooLarge, toRefusal } from './safe-fetch.ts'

/** Milliseconds. All attempts together must leave the worker time within its timeout of 120 seconds. */
export const DOWNLOAD_LIMITS = { answer: 10_000, idle: 10_000, body: 40_000 }
export const DOWNLOAD_ATTEMPTS = 2

/** Bytes that `checkStart` gets before the rest of the file is awaited. */
const START_BYTES = 1024

type Outbound = Pick<OutboundOptions, 'allowLoopback' | 'limits' | 'resolve'>

/**
 * Downloads a whole file over https into memory, at most `maxBytes`. Retryable failures are tried twice.
 * @throws AppError `bad-source`, `upstream-failed`, `upstream-timeout`; whatever `checkStart` throws
 */
export async function download(address: string, options: DownloadOptions, outbound: Outbound): Promise<DownloadedFile> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(address, options, { limits: DOWNLOAD_LIMITS, ...outbound })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'upstream-failed') throw error
      const parserCode = findParserCode(error)
      if (parserCode !== undefined) {
        const shown = redactUrl(parseOutboundUrl(address, outbound.allowLoopback))
        throw new AppError('bad-source', `The response of ${shown} is not valid HTTP: ${parserCode}.`, [], error)
      }
      if (attempt >= DOWNLOAD_ATTEMPTS) throw error
      await backoff(attempt)
    }
  }
}

/** Returns the code of Node's HTTP parser, when it rejected the response. Such an error is permanent. */
function findParserCode({ cause }: AppError): string | undefined {
  if (!isNativeError(cause) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  return cause.code.startsWith('HPE_') ? cause.code : undefined
}

async function downloadOnce(address: string, options: DownloadOptions, outbound: Outbound): Promise<DownloadedFile> {
  const answer = await safeFetch(address, { ...outbound, headers: { accept: options.accept }, redirects: 'checked' })
  if (answer.status !== 200) throw toRefusal(answer)
  checkPlain(answer)
  if (Number(answer.response.headers['content-length'] ?? 0) > options.maxBytes) {
    answer.response.destroy()
    throw tooLarge(answer.url, options.maxBytes)
  }
  return { bytes: await readAll(answer, options, outbound), url: redactUrl(answer.url) }
}

async function readAll(
  { url, response }: Answer,
  { maxBytes, checkStart }: DownloadOptions,
  { limits }: Outbound,
): Promise<Uint8Array> {
  const buffer = growableBuffer(maxBytes)
  let isChecked = false
  for await (const chunk of readBody(url, response, limits)) {
    if (buffer.size + chunk.length > maxBytes) throw tooLarge(url, maxBytes)
    buffer.add(chunk)
    if (isChecked || buffer.size < START_BYTES) continue
    isChecked = true
    checkStart(buffer.bytes().subarray(0, START_BYTES), redactUrl(url))
  }
  if (!isChecked) checkStart(buffer.bytes(), redactUrl(url))
  return buffer.bytes()
}
