import { S3Client } from '@aws-sdk/client-s3'
import { ImageLine } from '../../shared/batches/record/image-list.ts'
import { parseS3Uri } from '../../shared/contracts/s3-uri.ts'
import { s3Objects } from '../../shared/platform/aws/s3-objects.ts'
import type { KnownBox, KnownBoxes } from './workers/known-boxes.ts'

/** Batches whose boxes are held at once: few are labeled at the same time. */
const MOST_BATCHES = 4

type BatchBoxes = ReadonlyMap<string, readonly KnownBox[]>

/**
 * What is to be seen in the copies of batches: the boxes of Open Images that lie beside them. An image of no batch has
 * none. Holds the boxes of the last four batches.
 */
export function boxesOfBatches(endpoint: string): KnownBoxes {
  const client = new S3Client({ endpoint, forcePathStyle: true })
  const held = new Map<string, Promise<BatchBoxes>>()
  return async (sourceRef) => {
    const folder = /^(s3:\/\/.+)\/images\/[^/]+$/.exec(sourceRef)?.[1]
    if (folder === undefined) return []
    const boxes = held.get(folder) ?? readBoxes(`${folder}/images.jsonl`, client)
    boxes.catch(() => held.delete(folder))
    held.delete(folder)
    held.set(folder, boxes)
    for (const name of [...held.keys()].slice(0, -MOST_BATCHES)) held.delete(name)
    return (await boxes).get(sourceRef) ?? []
  }
}

async function readBoxes(uri: string, client: S3Client): Promise<BatchBoxes> {
  const { bucket, key } = parseS3Uri(uri)
  const stored = await s3Objects(client, bucket).get(key)
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
