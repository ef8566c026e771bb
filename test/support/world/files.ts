import { AppError } from '../../../shared/contracts/errors.ts'
import { parseS3Uri } from '../../../shared/contracts/s3-uri.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { checkBucket } from '../../../shared/platform/outbound/allowed-bucket.ts'
import { parseOutboundUrl, redactUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import type { RemoteFile, RemoteFiles } from '../../../shared/platform/ports.ts'
import { perform, type WebPage, type World } from './world.ts'

const STREAMED_CHUNK = 1 << 16

/** Files of the world's buckets and of its web. */
export function memoryFiles(world: World, config: Config): RemoteFiles {
  return {
    open: async (uri, etag) => {
      checkAddress(uri, config)
      return await perform(world, { port: 'files', method: 'open', key: uri }, () => {
        const page = find(world, uri)
        if (etag !== undefined && etag !== page.etag) throw changed(uri)
        return opened(world, uri, page)
      })
    },
  }
}

function checkAddress(uri: string, config: Config): void {
  if (uri.startsWith('s3:')) checkBucket(parseS3Uri(uri).bucket, config)
  else parseOutboundUrl(uri, config.allowLoopback)
}

function find(world: World, uri: string): WebPage {
  if (world.denied.has(uri)) throw new AppError('bad-source', `"${uri}" may not be read.`)
  const object = world.stored.get(uri)
  const page = object ? { bytes: object.bytes, etag: object.etag, ranges: true } : world.web.get(uri)
  if (!page) throw new AppError('bad-source', `There is no file at "${redactUrl(new URL(uri))}".`)
  return page
}

function opened(world: World, uri: string, { bytes: { length }, etag, ranges }: WebPage): RemoteFile {
  const slice = (start: number, end: number): Uint8Array => {
    const now = find(world, uri)
    if (now.etag !== etag) throw changed(uri)
    return now.bytes.slice(start, end)
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (start < 0 || end < start || end > length)
      throw new RangeError(`bytes ${start} to ${end} of ${length} were asked for`)
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
      for (let at = 0; at < length; at += STREAMED_CHUNK) yield whole.subarray(at, at + STREAMED_CHUNK)
    },
  }
}

const changed = (uri: string) => new AppError('source-changed', `"${uri}" was replaced since it was opened.`)
