import { afterEach, describe, expect, it } from '@jest/globals'
import { meterClient } from '../../../shared/platform/aws/meter-client.ts'
import { s3Bucket } from '../../../shared/platform/aws/s3-bucket.ts'
import { s3Objects } from '../../../shared/platform/aws/s3-objects.ts'
import { currentMeter, withMeter } from '../../../shared/platform/observability/request-meter.ts'
import { s3Error, scripted } from './clients.ts'

let stop = async () => {}
afterEach(() => stop())

/** Starts an S3 that answers so many requests with 500 before it answers one. */
async function startBusyS3(refusals: number) {
  let requests = 0
  const server = await scripted((_, response) => {
    requests += 1
    if (requests <= refusals) response.writeHead(500).end(s3Error('InternalError'))
    else response.writeHead(200, { etag: '"1"', 'content-length': 1 }).end('x')
  }, 3)
  stop = server.stop
  return meterClient(server.s3)
}

const report = (act: () => Promise<unknown>) =>
  withMeter(async () => {
    await act().catch(() => undefined)
    return currentMeter()?.report()
  })

describe('meterClient', () => {
  it('counts each attempt of a request that the client repeats', async () => {
    const objects = s3Objects(await startBusyS3(1), 'work')
    expect(await report(() => objects.get('a'))).toEqual({ requests: { GET: 2 }, depth: 2 })
  })

  it('counts a request that fails', async () => {
    const objects = s3Objects(await startBusyS3(3), 'work')
    expect(await report(() => objects.put('a', 'x'))).toEqual({ requests: { PUT: 3 }, depth: 3 })
  })

  it('counts no request for a presigned link', async () => {
    const bucket = s3Bucket(await startBusyS3(0), 'work', 'us-east-1')
    expect(await report(() => bucket.link('a', 60))).toEqual({ requests: {}, depth: 0 })
  })

  it('lets a client be used outside of a call', async () => {
    const objects = s3Objects(await startBusyS3(0), 'work')
    expect(await objects.put('a', 'x')).toBe('"1"')
  })
})
