import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { AppError } from '../../contracts/errors.ts'
import type { Listing, ListOptions, ObjectStore, Removal, StoredObject } from '../storage/ports.ts'
import { readAll } from './body.ts'
import { callAws } from './call-aws.ts'
import { conditionHeaders } from './condition-headers.ts'
import { contentTypeForKey } from './content-type.ts'

const MAX_KEYS_PER_DELETE = 1000
/** Sorts after every key in a folder. */
const LAST_CHARACTER = '\u{10FFFD}'

/** Returns the object store in an S3 bucket. */
export function s3Objects(client: S3Client, bucket: string): ObjectStore {
  const head = (key: string) =>
    callAws(`Reading s3://${bucket}/${key}`, () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })), {
      404: undefined,
    })
  const emptyRange = async (key: string): Promise<StoredObject | undefined> => {
    const facts = await head(key)
    return facts && { bytes: new Uint8Array(0), etag: facts.ETag ?? '', size: facts.ContentLength ?? 0 }
  }
  return {
    get: async (key, range) => {
      if (range && range.start >= range.end) return await emptyRange(key)
      const Range = range && `bytes=${range.start}-${range.end - 1}`
      const request = new GetObjectCommand({ Bucket: bucket, Key: key, Range })
      const read = () => readAll(() => client.send(request))
      const found = await callAws(`Reading s3://${bucket}/${key}`, read, { 404: undefined, 416: 'beyond' as const })
      return found === 'beyond' ? await emptyRange(key) : found
    },
    put: async (key, body, condition) => {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      const request = {
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: contentTypeForKey(key),
        ...conditionHeaders(condition),
      }
      const refused = condition ? { 412: undefined, ...('etag' in condition && { 404: undefined }) } : {}
      const write = () => client.send(new PutObjectCommand(request))
      return (await callAws(`Writing s3://${bucket}/${key}`, write, refused))?.ETag
    },
    list: (prefix, options) => list(client, bucket, prefix, options),
    remove: async (removals) => {
      const kept: string[] = []
      for (let at = 0; at < removals.length; at += MAX_KEYS_PER_DELETE)
        kept.push(...(await removeSome(client, bucket, removals.slice(at, at + MAX_KEYS_PER_DELETE))))
      return kept
    },
  }
}

async function list(client: S3Client, bucket: string, prefix: string, options: ListOptions = {}): Promise<Listing> {
  const { after, limit = 1000, folded = false } = options
  const request: ListObjectsV2CommandInput = {
    Bucket: bucket,
    Prefix: prefix,
    MaxKeys: limit,
    ...(after !== undefined && { StartAfter: folded ? skipFolder(prefix, after) : after }),
    ...(folded && { Delimiter: '/' }),
  }
  const page = await firstPage(`Listing s3://${bucket}/${prefix}`, request, client)
  const objects = (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '' }) => ({
    key: Key,
    size: Size,
    etag: ETag,
  }))
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix)
  const ends = [objects.at(-1)?.key ?? '', folders.at(-1) ?? ''].map((name) => Buffer.from(name))
  const last = ends.sort(Buffer.compare).at(-1)?.toString()
  return { objects, folders, ...(page.IsTruncated && last && { next: last }) }
}

/** Returns the first page that is not empty, or the last one: S3 may return empty pages before the end of a listing. */
async function firstPage(what: string, request: ListObjectsV2CommandInput, client: S3Client) {
  let page = await callAws(what, () => client.send(new ListObjectsV2Command(request)))
  while (page.IsTruncated && !page.Contents?.length && !page.CommonPrefixes?.length) {
    const next = { ...request, ContinuationToken: page.NextContinuationToken }
    page = await callAws(what, () => client.send(new ListObjectsV2Command(next)))
  }
  return page
}

/** Returns where a folded listing continues: S3 would return a folder again for each key in it after `after`. */
function skipFolder(prefix: string, after: string): string {
  const slash = after.startsWith(prefix) ? after.indexOf('/', prefix.length) : -1
  return slash < 0 ? after : `${after.slice(0, slash + 1)}${LAST_CHARACTER}`
}

/**
 * Removes up to 1,000 objects with one request.
 * @returns the keys that stay, because they have another ETag
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
async function removeSome(client: S3Client, bucket: string, removals: readonly Removal[]): Promise<string[]> {
  const Delete = { Objects: removals.map(({ key, etag }) => ({ Key: key, ETag: etag })), Quiet: true }
  const remove = () => client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
  const { Errors: errors = [] } = await callAws(`Removing ${removals.length} objects of s3://${bucket}`, remove)
  // S3 reports a missing object only when the request names its ETag.
  const failures = errors.filter(({ Code }) => Code !== 'NoSuchKey')
  const failed = failures.find(({ Code }) => Code !== 'PreconditionFailed')
  if (!failed) return failures.map(({ Key = '' }) => Key)
  const message = `Removing ${failures.length} of ${removals.length} objects of s3://${bucket} failed; first: "${failed.Key}" (${failed.Code}).`
  throw new AppError('upstream-failed', message)
}
