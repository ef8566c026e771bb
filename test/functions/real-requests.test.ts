import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import {
  currentMeter,
  type RequestMeter,
  type RequestReport,
  withMeter,
} from '../../shared/platform/observability/request-meter.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { createState } from '../../shared/platform/state/record.ts'
import { recordType } from '../../shared/platform/state/record-type.ts'
import { meteredCalls } from '../support/depth/metered-calls.ts'
import { preparedWorld } from '../support/depth/prepared-world.ts'
import { realPorts } from '../support/depth/real-ports.ts'
import { type RealWorld, startRealWorld } from '../support/depth/real-world.ts'
import { functionInstance } from '../support/http/function-instance.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { withVirtualLatency } from '../support/world/virtual-latency.ts'
import { copyWorld, type World } from '../support/world/world.ts'

let directory: string
let prepared: World
let servers: RealWorld
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'groundwork-requests-'))
  prepared = await preparedWorld()
  servers = await startRealWorld(prepared, directory)
})
afterAll(async () => {
  await servers.stop()
  await rm(directory, { recursive: true })
})

/** Calls a warm function on these ports. @returns its status, and what the function's own meter counted */
async function callMetered(ports: Ports, name: string): Promise<RequestReport & { status: number | undefined }> {
  const { operationId, request } = meteredCalls().find((call) => call.name === name)!
  let meter: RequestMeter | undefined
  // The handler reads the clock within each call.
  const now = () => {
    meter = currentMeter()
    return ports.now()
  }
  const instance = await functionInstance(operationId, { ...ports, now }, request)
  await instance.warmUp()
  const { status } = await instance.call()
  return { status, ...meter!.report() }
}

const ANY_STATE = recordType('a state', z.looseObject({}))

/** Calls of ports for which an adapter may send several requests. */
const PORT_CALLS: Readonly<Record<string, (ports: Ports) => Promise<unknown>>> = {
  'write that is refused, and its reading back': (ports) =>
    createState({ key: 'system/cursor-key.json', type: ANY_STATE }, {}, ports),
  'removal of 2,001 objects': ({ objects }) =>
    objects.remove(Array.from({ length: 2001 }, (_, number) => ({ key: `missing-${number}` }))),
  'read of an empty range': ({ objects }) => objects.get('system/cursor-key.json', { start: 5, end: 5 }),
  'upload of a part, and its completion': async ({ uploads }) => {
    const id = await uploads.start('upload')
    await uploads.part('upload', id, 1, Buffer.from('part'))
    await uploads.complete('upload', id, 1)
  },
  'upload that is aborted': async ({ uploads }) => uploads.abort('upload', await uploads.start('upload')),
  '25 messages': ({ messages }) => messages.send('chunks', Array(25).fill('x')),
  'no message': ({ messages }) => messages.send('chunks', []),
  'copy, its description, and a range of it': async ({ copier, config }) => {
    const uri = `s3://${config.bucket}/system/cursor-key.json`
    const facts = await copier.describe(uri)
    await copier.readRange(uri, { start: 0, end: 5 })
    const copy = { source: uri, key: 'copy', contentType: 'image/png', headers: {}, metadata: {} }
    if (typeof facts === 'object') await copier.copy({ ...copy, sourceEtag: facts.etag })
  },
  'CORS rules, read and written': async ({ bucket }) => bucket.setCorsRules(await bucket.corsRules()),
  'list of the work teams': ({ workteams }) => workteams.list({ limit: 1 }),
}

describe('the real adapters', () => {
  it.each(Object.entries(PORT_CALLS))('send the requests of a %s that the fakes count', async (_, act) => {
    const world = copyWorld(prepared)
    const expected = await withVirtualLatency(world, () => act(memoryPorts({ world })))
    const { ports, stop } = realPorts(copyWorld(prepared), servers)
    const real = await withMeter(async () => {
      await act(ports)
      return currentMeter()?.report()
    })
    stop()
    expect(real?.requests).toEqual(expected.requests)
    expect(real?.depth).toBeGreaterThanOrEqual(expected.depth)
  })

  it.each(meteredCalls())(
    'send the requests of "$name" that the fakes count',
    async ({ name, operationId, request }) => {
      const fake = memoryPorts({ world: copyWorld(prepared) })
      const instance = await functionInstance(operationId, fake, request)
      await instance.warmUp()
      const expected = await withVirtualLatency(fake.world, instance.call)
      const { ports, stop } = realPorts(copyWorld(prepared), servers)
      const real = await callMetered(ports, name)
      stop()
      expect(real).toMatchObject({ status: expected.result.status, requests: expected.requests })
      expect(real.depth).toBeGreaterThanOrEqual(expected.depth)
    },
  )
})
