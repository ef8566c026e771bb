import { describe, expect, it } from '@jest/globals'
import { resumeAll } from '../../../local/recovery/resume-all.ts'
import { storeEvents } from '../../../local/recovery/store-events.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import { batchRequest, copyUntilDone, selectedWorld } from '../../faults/copying.ts'
import { drain, drainEvents } from '../../support/broker/drain.ts'
import { copiedPorts, create, end } from '../../support/fixtures/labeling-jobs.ts'
import { REGISTRATION, smallDataset } from '../../support/fixtures/small-dataset.ts'
import { jsonAt, ROOT } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const damage = ({ world }: MemoryPorts, key: string): void => void world.stored.set(ROOT + key, memoryObject('{"not":'))

/** Loses the messages of all queues, as the end of the process does. */
function loseMessages({ world }: MemoryPorts): void {
  for (const messages of Object.values(world.sent)) messages.splice(0)
}

/** Resumes all, and returns what was logged. */
async function resume(ports: MemoryPorts): Promise<string[]> {
  const messages: string[] = []
  await resumeAll(ports, (message) => messages.push(message)).resumed
  return messages
}

const corruptKeys = ({ world }: MemoryPorts) =>
  world.logged.flatMap(({ event, fields }) => (event === 'state.corrupt' ? [fields.key] : []))

describe('resuming beside an object that cannot be read', () => {
  it('copies the other batches, and logs the key of the damaged one', async () => {
    const ports = memoryPorts({ world: await selectedWorld(4, ['a', 'b']) })
    await startCopy('b', ports)
    loseMessages(ports)
    damage(ports, 'data/a/batch.json')
    expect(await resume(ports)).toHaveLength(1)
    await drain(ports)
    expect(corruptKeys(ports)).toEqual(['data/a/batch.json'])
    expect(ports.world.sent.events).toMatchObject([{ type: 'batch.copied', data: { batch: 'b' } }])
  })

  it('imports the other datasets', async () => {
    const ports = await smallDataset()
    await registerDataset('other', REGISTRATION, { validateOnly: false }, ports)
    await startImport('other', ports)
    loseMessages(ports)
    damage(ports, 'data/raw/small/dataset.json')
    expect(await resume(ports)).toHaveLength(1)
    await drain(ports)
    expect(corruptKeys(ports)).toEqual(['data/raw/small/dataset.json'])
    expect(jsonAt(ports.world, 'data/raw/other/dataset.json').current).toBeDefined()
  })

  it('records the end of the other labeling jobs', async () => {
    const ports = await copiedPorts()
    await create(ports, 'cats-1')
    end(ports, 'cats-1', 'Completed', ['labeled'])
    damage(ports, 'system/labeling-jobs/another.json')
    expect(await resume(ports)).toHaveLength(1)
    expect(corruptKeys(ports)).toEqual(['system/labeling-jobs/another.json'])
    expect(jsonAt(ports.world, 'system/labeling-jobs/cats-1.json').end.status).toBe('Completed')
  })

  it('goes on with a batch whose copy has an unreadable end, so that its run ends', async () => {
    const ports = memoryPorts({ world: await selectedWorld(2) })
    await createBatch('b', { ...batchRequest(2), run: 'copy' }, ports)
    await drain(ports)
    const { batchId, run, ...state } = jsonAt(ports.world, 'data/b/batch.json')
    const running = { ...run, state: 'running', steps: [{ ...run.steps[0], state: 'running' }] }
    ports.world.stored.set(
      `${ROOT}data/b/batch.json`,
      memoryObject(JSON.stringify({ ...state, batchId, run: running })),
    )
    damage(ports, `data/b/copies/${batchId}/1.json`)
    await resume(ports)
    expect(corruptKeys(ports)).toEqual([`data/b/copies/${batchId}/1.json`])
    expect(ports.world.sent.tasks).toMatchObject([{ task: 'run-batch', batch: 'b' }])
  })
})

describe('resuming what is over', () => {
  it('enqueues nothing, and costs three requests for a copied batch', async () => {
    const ports = memoryPorts({ world: await selectedWorld(4) })
    await copyUntilDone(ports)
    loseMessages(ports)
    ports.world.calls.splice(0)
    await resume(ports)
    expect(ports.world.sent).toMatchObject({ tasks: [], chunks: [], events: [] })
    const ofBatch = ports.world.calls.filter(({ key }) => key.startsWith('data/b/'))
    expect(ofBatch.map(({ method }) => method)).toEqual(['get', 'list', 'get'])
  })

  it('resumes nothing more once it is stopped', async () => {
    const ports = memoryPorts({ world: await selectedWorld(4, ['a', 'b']) })
    await startCopy('b', ports)
    loseMessages(ports)
    await resumeAll(ports).stop()
    expect(ports.world.sent.tasks).toEqual([])
  })
})

describe('an event that was in the queue when the process ended', () => {
  it('is dispatched after the next start, because it was stored before it was enqueued', async () => {
    const ports = memoryPorts({ world: await selectedWorld(2) })
    await copyUntilDone(ports)
    const [event] = ports.world.sent.events
    await storeEvents([JSON.stringify(event)], ports)
    loseMessages(ports)
    await resume(ports)
    expect(ports.world.sent.events).toEqual([event])
    await drainEvents(ports)
    await resume(ports)
    expect(ports.world.sent.events).toEqual([])
  })
})
