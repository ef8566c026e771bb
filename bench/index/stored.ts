import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Where the embedded S3 has what is stored under `s3://…`. */
export const addressOf = (s3: string, uri: string): string => `${s3}/${uri.slice('s3://'.length)}`

/** Fetches a stored file into a local one. */
export async function fetchStored(address: string, path: string): Promise<void> {
  const { ok, status, body } = await fetch(address)
  if (!ok || !body) throw new Error(`${address} answered ${status}`)
  await pipeline(body, createWriteStream(path))
}
