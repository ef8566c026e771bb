import { AppError } from '../../../shared/contracts/errors.ts'
import { parseS3Uri } from '../../../shared/contracts/s3-uri.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { checkBucket } from '../../../shared/platform/outbound/allowed-bucket.ts'
import { parseOutboundUrl, redactUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import type { RemoteFile, RemoteFiles } from '../../../shared/platform/storage/ports.ts'
import { perform } from './call.ts'
import type { WebPage, World } from './world.ts'

const STREAM_CHUNK_BYTES = 1 << 16

/** Opens files in the world's buckets and on its web. */
export function memoryFiles(world: World, config: Config): RemoteFiles {
  return {
    open: async (uri, etag) => {
      checkAddress(uri, config)
      return await perform(world, { port: 'files', method: 'open', key: uri }, () => {
        const page = findPage(world, uri)
        if (etag !== undefined && etag !== page.etag) throw sourceChanged(uri)
        return openPage(world, uri, page)
      })
    },
  }
}

function checkAddress(uri: string, config: Config): void {
  if (uri.startsWith('s3:')) checkBucket(parseS3Uri(uri).bucket, config)
  else parseOutboundUrl(uri, config.allowLoopback)
}

function findPage(world: World, uri: string): WebPage {
  if (world.denied.has(uri)) throw new AppError('bad-source', `"${uri}" may not be read.`)
  const object = world.stored.get(uri)
  const page = object ? { bytes: object.bytes, etag: object.etag, ranges: true } : world.web.get(uri)
  if (!page) throw new AppError('bad-source', `There is no file at "${redactUrl(new URL(uri))}".`)
  return page
}

function openPage(world: World, uri: string, { bytes: { length }, etag, ranges }: WebPage): RemoteFile {
  const slice = (start: number, end: number): Uint8Array => {
    const now = findPage(world, uri)
    if (now.etag !== etag) throw sourceChanged(uri)
    return now.bytes.slice(start, end)
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (start < 0 || end < start || end > length)
      throw new RangeError(`Bytes ${start} to ${end} are not within the ${length} bytes of the file`)
    if (start === end) return new Uint8Array(0)
    return await perform(world, { port: 'files', method: 'read', key: uri, range: { start, end } }, () =>
      slice(start, end),
    )
  }
  return {
    size: length,
    etag,
    ranges: ranges && etag !== undefined ? { size: length, etag, read } : undefined,
    stream: async function* () {
      const whole = await perform(world, { port: 'files', method: 'stream', key: uri }, () => slice(0, length))
      for (let at = 0; at < length; at += STREAM_CHUNK_BYTES) yield whole.subarray(at, at + STREAM_CHUNK_BYTES)
    },
  }
}

const sourceChanged = (uri: string) => new AppError('source-changed', `"${uri}" was replaced since it was opened.`)
