import { isNativeError } from 'node:util/types'
import { AppError } from '../../contracts/errors.ts'
import type { DownloadOptions } from '../ports.ts'
import { backoff } from '../state/backoff.ts'
import { growableBuffer } from '../storage/growable-buffer.ts'
import { parseOutboundUrl, redactUrl } from './outbound-url.ts'
import { type OutboundOptions, readBody } from './request.ts'
import { type Answer, checkPlain, safeFetch, tooLarge, toRefusal } from './safe-fetch.ts'

/** A worker that downloads has 120 seconds: for all attempts, and for what it does besides. */
export const DOWNLOAD_LIMITS = { answer: 10_000, idle: 10_000, body: 40_000 }
export const DOWNLOAD_ATTEMPTS = 2

/** As many bytes as are looked at before the rest is waited for. */
const START_BYTES = 1024

type Outbound = Pick<OutboundOptions, 'allowLoopback' | 'limits' | 'resolve'>

/**
 * A whole file of the web, in memory; what fails and may pass is tried twice.
 * @throws AppError `bad-source`, `upstream-failed`, `upstream-timeout`, and what `checkStart` throws
 */
export async function download(address: string, options: DownloadOptions, outbound: Outbound): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(address, options, { limits: DOWNLOAD_LIMITS, ...outbound })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'upstream-failed') throw error
      const parserCode = parserCodeOf(error)
      if (parserCode !== undefined) {
        const shown = redactUrl(parseOutboundUrl(address, outbound.allowLoopback))
        throw new AppError('bad-source', `What ${shown} answers is no HTTP: ${parserCode}.`, [], error)
      }
      if (attempt >= DOWNLOAD_ATTEMPTS) throw error
      await backoff(attempt)
    }
  }
}

/** What Node's parser had against an answer: a server that sends what is no HTTP sends it again. */
function parserCodeOf({ cause }: AppError): string | undefined {
  if (!isNativeError(cause) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  return cause.code.startsWith('HPE_') ? cause.code : undefined
}

async function downloadOnce(address: string, options: DownloadOptions, outbound: Outbound): Promise<Uint8Array> {
  const answer = await safeFetch(address, { ...outbound, headers: { accept: options.accept }, redirects: 'checked' })
  if (answer.status !== 200) throw toRefusal(answer)
  checkPlain(answer)
  if (Number(answer.response.headers['content-length'] ?? 0) > options.maxBytes) {
    answer.response.destroy()
    throw tooLarge(answer.url, options.maxBytes)
  }
  return await collected(answer, options, outbound)
}

async function collected(
  { url, response }: Answer,
  { maxBytes, checkStart }: DownloadOptions,
  { limits }: Outbound,
): Promise<Uint8Array> {
  const held = growableBuffer(maxBytes)
  let isChecked = false
  for await (const chunk of readBody(url, response, limits)) {
    if (held.size + chunk.length > maxBytes) throw tooLarge(url, maxBytes)
    held.add(chunk)
    if (isChecked || held.size < START_BYTES) continue
    isChecked = true
    checkStart(held.bytes().subarray(0, START_BYTES))
  }
  if (!isChecked) checkStart(held.bytes())
  return held.bytes()
}
