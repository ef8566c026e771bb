import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'

/** The objects on the demo's S3, read by an ordinary S3 client. */
export function objectsAt(endpoint: string) {
  const client = new S3Client({ endpoint, forcePathStyle: true })

  /** @throws Error naming the object when it is not there */
  const read = async (uri: string): Promise<Buffer> => {
    const { bucket, key } = parseS3Uri(uri)
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      throw new Error(`${uri} cannot be read`, { cause: error })
    })
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  /** Every key of a bucket. */
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

  /** Writes every object of a bucket as a file, each under its key. Returns how many. */
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

export type Objects = ReturnType<typeof objectsAt>

/** Makes the folder to keep files in. @throws Error when it holds something already */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const [first] = await readdir(folder)
  if (first !== undefined) throw new Error(`--keep ${folder}: it is not empty (it has ${first}); name a new folder.`)
}
