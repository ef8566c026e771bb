import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { estimateCopy } from '../../shared/copying/estimate.ts'
import { retryAfterSeconds } from '../../shared/copying/retry-after.ts'
import { previewCopy, startCopy } from '../../shared/copying/start-copy.ts'
import { drain } from '../support/broker/drain.ts'
import { PAGES_RULE } from '../support/fixtures/pages-rule.ts'
import { cats, petsWorld } from '../support/fixtures/pets.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** Counts the requests that the real adapters would have sent. */
function countRequests({ calls }: World): { s3Requests: number; sqsRequests: number } {
  const sum = (isSqs: boolean) =>
    calls.filter(({ port }) => (port === 'messages') === isSqs).reduce((total, { requests }) => total + requests, 0)
  return { s3Requests: sum(false), sqsRequests: sum(true) }
}

describe('estimateCopy', () => {
  it.each([
    [0, { chunks: 0, messages: 3, sqsRequests: 3, s3Requests: 15 }],
    [25, { chunks: 1, messages: 4, sqsRequests: 4, s3Requests: 74 }],
    [1000, { chunks: 40, messages: 43, sqsRequests: 7, s3Requests: 2375 }],
    [100_000, { chunks: 1000, messages: 1003, sqsRequests: 103, s3Requests: 209_015 }],
  ])('estimates what copying %i images costs', (images, estimate) => {
    expect(estimateCopy(images)).toEqual({ images, ...estimate })
  })

  it.each([25, 60, 1000])('is exact, to the request, for %i images', async (images) => {
    const ports = memoryPorts({ world: await petsWorld(cats(images)) })
    const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: images })
    await createBatch('b', request, ports)
    const { s3Requests, sqsRequests } = await previewCopy('b', ports)
    ports.world.calls.splice(0)
    ports.world.corsRules = [PAGES_RULE]
    await startCopy('b', ports)
    await drain(ports, { withChecks: true })
    expect(countRequests(ports.world)).toEqual({ s3Requests, sqsRequests })
  })
})

describe('retryAfterSeconds', () => {
  it.each([
    [0, 1],
    [25, 1],
    [2500, 1],
    [2501, 2],
    [10_000, 4],
    [100_000, 10],
  ])('lets clients poll the copy of %i images every %i seconds', (images, seconds) => {
    expect(retryAfterSeconds(images)).toBe(seconds)
  })
})
