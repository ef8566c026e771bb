import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Converts an `s3://` URI to a URL of the S3 emulator. */
export const toAddress = (s3: string, uri: string): string => `${s3}/${uri.slice('s3://'.length)}`

/** Downloads an object to a local file. */
export async function fetchStored(address: string, path: string): Promise<void> {
  const { ok, status, body } = await fetch(address)
  if (!ok || !body) throw new Error(`${address} returned ${status}`)
  await pipeline(body, createWriteStream(path))
}
