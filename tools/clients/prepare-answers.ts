import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Stack } from '../../local/stack.ts'
import { createFixtures } from '../fuzz/fixtures.ts'

const image = { 'source-ref': 's3://open-images-dataset/train/000002b66c9c498e.jpg' }

/** Lines of an output manifest that a job with simulated workers does not write. */
const OTHER_LINES = [
  JSON.stringify(image),
  JSON.stringify({ ...image, 'labels-metadata': { 'failure-reason': 'ClientError: the image cannot be shown' } }),
  JSON.stringify({
    ...image,
    labels: 0,
    'labels-metadata': { type: 'groundtruth/label-verification', 'class-name': 'Correct', confidence: 0.9 },
  }),
  JSON.stringify({ ...image, labels: 1, 'labels-metadata': { type: 'groundtruth/image-classification' } }),
  'no JSON',
]

/**
 * Creates what the programs of the clients read: the sample datasets, and answers with every member of a union. The
 * labeling job `base-job` has annotations of every outcome, and the batch `unreadable` has a state that is no JSON.
 * @param receiver URL of a local server that accepts all requests
 */
export async function prepareAnswers(stack: Stack, receiver: string): Promise<void> {
  await createFixtures(stack, receiver)
  const client = new S3Client({ endpoint: stack.s3, forcePathStyle: true })
  const put = (key: string, body: string) =>
    client.send(new PutObjectCommand({ Bucket: stack.bucket, Key: key, Body: body }))
  try {
    const output = 'data/base/base-job/manifests/output/output.manifest'
    const { Body } = await client.send(new GetObjectCommand({ Bucket: stack.bucket, Key: output }))
    await put(output, `${await Body?.transformToString()}${OTHER_LINES.join('\n')}\n`)
    await put('data/unreadable/batch.json', '{')
  } finally {
    client.destroy()
  }
}
