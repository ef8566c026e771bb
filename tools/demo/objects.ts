import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { Credentials } from '../../local/credentials.ts'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'

/** Opens the S3 server of the demo with an ordinary S3 client. @param credentials those that the AWS SDK finds by default */
export function openObjects(endpoint: string, credentials?: Credentials) {
  const client = new S3Client({ endpoint, forcePathStyle: true, ...(credentials && { credentials }) })

  /** Reads an object. @throws Error with its URI when it cannot be read */
  const read = async (uri: string): Promise<Buffer> => {
    const { bucket, key } = parseS3Uri(uri)
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      throw new Error(`Cannot read ${uri}`, { cause: error })
    })
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  /** Lists all keys of a bucket. */
  const keys = async (bucket: string): Promise<string[]> => {
    const found: string[] = []
    let after: string | undefined
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: after }))
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []))
      after = page.NextContinuationToken
    } while (after !== undefined)
    return found
  }

  /** Writes all objects of a bucket as files, named by their keys. Returns their number. */
  const keep = async (bucket: string, folder: string): Promise<number> => {
    const all = await keys(bucket)
    for (const key of all) {
      const path = join(folder, key)
      await mkdir(dirname(path), { recursive: true })
      await pipeline(Readable.from([await read(`s3://${bucket}/${key}`)]), createWriteStream(path))
    }
    return all.length
  }

  return { read, keep, close: () => client.destroy() }
}

export type Objects = ReturnType<typeof openObjects>

/** Creates the folder for `--keep`. @throws Error when it is not empty */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const [first] = await readdir(folder)
  if (first !== undefined) throw new Error(`--keep ${folder} must be a new or empty folder, but contains ${first}.`)
}
