import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { updateState } from '../../../shared/platform/state/compare-and-swap.ts'
import { enqueueEvent, PendingEvent, publishPending } from '../../../shared/platform/state/outbox.ts'
import { createState, readState } from '../../../shared/platform/state/record.ts'
import { recordType } from '../../../shared/platform/state/record-type.ts'
import { storedObject } from '../../../shared/platform/state/stored-schema.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { eventsIn } from '../../support/world/events.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const KEY = 'system/subject.json'
const Subject = storedObject({ count: z.int(), pendingEvents: z.array(PendingEvent).optional() })
type Subject = z.infer<typeof Subject>
const SUBJECT = { key: KEY, type: recordType('a subject', Subject) }

const pendingEvent = (dedupKey: string, type: PendingEvent['type'] = 'batch.selected'): PendingEvent => ({
  type,
  dedupKey,
  timestamp: '2026-01-02T03:04:05.000Z',
  data: { dedupKey },
})

const update = (ports: MemoryPorts) => async (change: (current: Subject) => Subject | undefined) =>
  (await updateState(SUBJECT, change, ports))?.value

const publish = (state: Subject, ports: MemoryPorts) => publishPending(KEY, state, update(ports), ports)

const readSubject = async ({ objects }: MemoryPorts) => (await readState(SUBJECT, { objects }))?.value

/** Ports over a bucket in which a state with these pending events is stored, and that state. */
async function storedState(...events: PendingEvent[]): Promise<{ ports: MemoryPorts; state: Subject }> {
  const ports = memoryPorts()
  const state = events.reduce<Subject>(enqueueEvent, { count: 1 })
  await createState(SUBJECT, state, ports)
  return { ports, state }
}

describe('enqueueEvent', () => {
  it('appends the event to the pending events and keeps the rest of the state', () => {
    const state = enqueueEvent<Subject>({ count: 1 }, pendingEvent('a'))
    expect(state).toEqual({ count: 1, pendingEvents: [pendingEvent('a')] })
    expect(enqueueEvent(state, pendingEvent('b')).pendingEvents).toEqual([pendingEvent('a'), pendingEvent('b')])
  })

  it('does not change the state that it is given', () => {
    const state: Subject = { count: 1, pendingEvents: [pendingEvent('a')] }
    enqueueEvent(state, pendingEvent('b'))
    expect(state.pendingEvents).toEqual([pendingEvent('a')])
  })
})

describe('publishPending', () => {
  it('publishes each pending event once, in order, and removes all from the state', async () => {
    const { ports, state } = await storedState(pendingEvent('a'), pendingEvent('b'))
    expect(await publish(state, ports)).toEqual({ count: 1 })
    expect(eventsIn(ports.world).map(({ data }) => data.dedupKey)).toEqual(['a', 'b'])
    expect(await readSubject(ports)).toEqual({ count: 1 })
  })

  it('does nothing for a state without pending events', async () => {
    const { ports, state } = await storedState()
    const calls = ports.world.calls.length
    expect(await publish(state, ports)).toBe(state)
    expect(ports.world.calls).toHaveLength(calls)
  })

  it('removes only the events that it published and keeps one that was enqueued meanwhile', async () => {
    const { ports, state } = await storedState(pendingEvent('a'))
    await update(ports)((current) => enqueueEvent(current, pendingEvent('b')))
    expect(await publish(state, ports)).toEqual({ count: 1, pendingEvents: [pendingEvent('b')] })
    expect(eventsIn(ports.world).map(({ data }) => data.dedupKey)).toEqual(['a'])
  })

  it.each([
    ['with another type', pendingEvent('a', 'batch.failed')],
    ['with another dedupKey', pendingEvent('b')],
  ])('does not mistake an event %s for its own', async (_, other) => {
    const { ports, state } = await storedState(pendingEvent('a'))
    await update(ports)((current) => enqueueEvent(current, other))
    expect((await publish(state, ports)).pendingEvents).toEqual([other])
  })

  it('keeps changes that others made to the state meanwhile', async () => {
    const { ports, state } = await storedState(pendingEvent('a'))
    await update(ports)((current) => ({ ...current, count: 2 }))
    expect(await publish(state, ports)).toEqual({ count: 2 })
  })

  it('writes nothing when another caller has removed the events already', async () => {
    const { ports, state } = await storedState(pendingEvent('a'))
    await publish(state, ports)
    const stored = new Map(ports.world.stored)
    expect(await publish(state, ports)).toEqual({ count: 1 })
    expect(ports.world.stored).toEqual(stored)
  })

  it('publishes the events again, with the same ids, after a crash before they are removed', async () => {
    const { ports, state } = await storedState(pendingEvent('a'), pendingEvent('b'))
    ports.world.fault = ({ method, key }) => (method === 'put' && key === KEY ? 'before' : undefined)
    await expect(publish(state, ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    const stored = await readSubject(ports)
    expect(stored?.pendingEvents).toEqual(state.pendingEvents)
    await publish(stored ?? state, ports)
    const ids = eventsIn(ports.world).map(({ id }) => id)
    expect(ids).toHaveLength(4)
    expect(ids.slice(2)).toEqual(ids.slice(0, 2))
    expect(await readSubject(ports)).toEqual({ count: 1 })
  })

  it('returns the state as it was when its object is gone', async () => {
    const { ports, state } = await storedState(pendingEvent('a'))
    ports.world.stored.clear()
    expect(await publish(state, ports)).toBe(state)
    expect(eventsIn(ports.world)).toHaveLength(1)
  })
})
