import { S3Client } from '@aws-sdk/client-s3'
import { ImageLine } from '../../shared/batches/record/image-list.ts'
import { BATCH } from '../../shared/batches/record/state.ts'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'
import { s3Objects } from '../../shared/platform/aws/s3-objects.ts'
import { readState } from '../../shared/platform/state/record.ts'
import type { Credentials } from '../credentials.ts'
import type { KnownBox, KnownBoxes } from './workers/known-boxes.ts'

/** Few batches are labeled at the same time. */
const MAX_CACHED_BATCHES = 4

type BatchBoxes = ReadonlyMap<string, readonly KnownBox[]>

/**
 * Creates a lookup of the Open Images boxes of batch images, read from the image list beside the copies. Images outside
 * of a batch have none. Caches the boxes of the last four batches in memory.
 * @param credentials those that the AWS SDK finds by default
 */
export function batchBoxes(endpoint: string, credentials?: Credentials): KnownBoxes {
  const client = new S3Client({ endpoint, forcePathStyle: true, ...(credentials && { credentials }) })
  const cache = new Map<string, Promise<BatchBoxes>>()
  return async (sourceRef) => {
    const folder = /^(s3:\/\/.+)\/images\/[^/]+$/.exec(sourceRef)?.[1]
    if (folder === undefined) return []
    const boxes = cache.get(folder) ?? readBoxes(folder, client)
    boxes.catch(() => cache.delete(folder))
    cache.delete(folder)
    cache.set(folder, boxes)
    for (const name of [...cache.keys()].slice(0, -MAX_CACHED_BATCHES)) cache.delete(name)
    return (await boxes).get(sourceRef) ?? []
  }
}

/** @param folder of a batch, as a URI without a slash at its end */
async function readBoxes(folder: string, client: S3Client): Promise<BatchBoxes> {
  const { bucket, key } = parseS3Uri(`${folder}/batch.json`)
  const objects = s3Objects(client, bucket)
  const batch = await readState({ key, type: BATCH }, { objects })
  const { name } = batch?.value.selection?.list ?? { name: 'images.jsonl' }
  const stored = await objects.get(parseS3Uri(`${folder}/${name}`).key)
  if (batch?.value.selection && !stored) throw new Error(`the image list ${folder}/${name} does not exist`)
  const text = Buffer.from(stored?.bytes ?? []).toString('utf8')
  const images = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ImageLine.parse(JSON.parse(line)))
  return new Map(images.map((image) => [image.destination, image.boxes.map(toKnownBox)]))
}

const toKnownBox = ({ className, xMin, xMax, yMin, yMax }: ImageLine['boxes'][number]): KnownBox => ({
  label: className,
  left: xMin,
  top: yMin,
  width: xMax - xMin,
  height: yMax - yMin,
})
