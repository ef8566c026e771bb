import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { drain, drainEvents } from '../../support/broker/drain.ts'
import { copyBusyWorld, keysIn } from '../../support/fixtures/every-record.ts'
import { stateChange } from '../../support/fixtures/labeling-jobs.ts'
import { jsonAt, ROOT } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import type { World } from '../../support/world/world.ts'
import { type Answer, answerTo, type Call, LIST_CALLS, nameCall, readCalls } from './calls.ts'
import { DAMAGES, type Damage, type Kind, keyPattern, type Row } from './kinds.ts'
import { crashAfterWriting, freshCopy, settledWorld, workingWorld } from './worlds.ts'

const settled = await settledWorld()
const working = await workingWorld()

/** Both worlds, whose every object is of a kind. */
export const WORLDS: readonly World[] = [settled, working]

/** Where a cell begins: a world, and the object in it that is damaged. */
export interface Start {
  readonly world: World
  readonly key: string
}

/**
 * Finds the object of a row, and the moment at which it is damaged: where nothing is under way, where work has begun, or,
 * for what only workers write, right after it was written.
 */
export function findStart(kind: Kind, row: Row): Promise<Start> {
  const name = [kind.form, row.when, row.of].join(' ')
  const start = starts.get(name) ?? newStart(kind, row)
  starts.set(name, start)
  return start
}

const starts = new Map<string, Promise<Start>>()

async function newStart(kind: Kind, { when, of = '' }: Row): Promise<Start> {
  const pattern = keyPattern(kind)
  const isWanted = (key: string): boolean => pattern.test(key) && key.startsWith(of)
  const find = (world: World, isKey: (key: string) => boolean) =>
    keysIn(world).find((key) => isWanted(key) && isKey(key))
  const { importing, current } = jsonAt(working, 'data/raw/pets/dataset.json')
  const isOfImport = (key: string, importId: string): boolean => key.startsWith(`data/raw/pets/${importId}/`)
  const isAtWork = (key: string): boolean =>
    isOfImport(key, importing.importId) || (!isOfImport(key, current.importId) && !isTransient(key))
  const existing = {
    idle: { world: settled, key: find(settled, () => true) },
    'at work': { world: working, key: find(working, isAtWork) },
    'read by others': { world: working, key: find(working, (key) => isOfImport(key, current.importId)) },
  }[when]
  if (existing.key !== undefined) return { ...existing, key: existing.key }
  const world = copyBusyWorld(working)
  const before = new Set(keysIn(world))
  const key = await crashAfterWriting(world, (written) => isWanted(written) && !before.has(written))
  if (key === undefined) throw new Error(`no worker writes ${kind.form}`)
  return { world, key }
}

/** Whether those that exist when work begins are of work that is done. */
const isTransient = (key: string): boolean => /^(system\/(events|deliveries)\/|data\/test\/)/.test(key)

/** What was seen of a world after damage, once all queues were empty. */
export interface Seen {
  readonly ports: MemoryPorts
  readonly key: string
  /** Puts back what was damaged. */
  readonly restore: (world: World) => void
  readonly errors: readonly unknown[]
  readonly reads: ReadonlyMap<string, Answer>
  readonly lists: ReadonlyMap<string, Answer>
  /** Types of the events that were dispatched, sorted. */
  readonly events: readonly string[]
}

/** Returns a copy of a world, with an object damaged. */
export function damageObject(start: Start, damage?: Damage): Pick<Seen, 'ports' | 'key' | 'restore'> {
  const { world, rename } = freshCopy(start.world)
  const key = rename(start.key)
  const before = world.stored.get(ROOT + key)
  if (!before) throw new Error(`there is no ${key}`)
  if (damage) {
    // Bytes of a file that is no text stay as they are.
    const after = DAMAGES[damage](Buffer.from(before.bytes).toString('latin1'))
    if (after === undefined) world.stored.delete(ROOT + key)
    else world.stored.set(ROOT + key, memoryObject(Buffer.from(after, 'latin1'), before.contentType, before.metadata))
  }
  return { ports: memoryPorts({ world }), key, restore: ({ stored }) => void stored.set(ROOT + key, before) }
}

/**
 * Damages an object, lets all work go on until it ends, and reads everything.
 * @param isRead selects the calls to make, besides those that list
 */
export async function observe(
  start: Start,
  damage?: Damage,
  isRead: (call: Call) => boolean = () => true,
): Promise<Seen> {
  const damaged = damageObject(start, damage)
  const { ports } = damaged
  const errors = await work(ports)
  return {
    ...damaged,
    errors,
    reads: await answersTo(readCalls(start.world).filter(isRead), ports),
    lists: await answersTo(LIST_CALLS, ports),
    events: ports.world.logged
      .flatMap(({ event, fields }) => (event === 'event.dispatched' ? [String(fields.type)] : []))
      .sort(),
  }
}

/** How often EventBridge and Lambda try to deliver the end of a job here. */
const MAX_ATTEMPTS = 3

/**
 * Every round ends within a day. Only a labeling job whose record cannot be read is looked at again and again until it is
 * repaired.
 */
const LONGEST_WORK_MILLISECONDS = 2 * 24 * 3600_000

/** Lets all work go on until it ends: that of the queues, and the end of the labeling job `cats-2`. */
export async function work(ports: MemoryPorts): Promise<unknown[]> {
  const until = new Date(ports.world.now.getTime() + LONGEST_WORK_MILLISECONDS)
  const errors = await drain(ports, { withChecks: true, until })
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && ports.world.labeling.jobs.has('cats-2'); attempt++) {
    const failed = await recordStateChange(stateChange('cats-2', 'Completed'), ports).catch((error: unknown) => ({
      error,
    }))
    if (!failed) break
    errors.push(failed.error)
  }
  return [...errors, ...(await drainEvents(ports))]
}

export async function answersTo(calls: readonly Call[], ports: MemoryPorts): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>()
  for (const call of calls) answers.set(nameCall(call), await answerTo(call, ports))
  return answers
}
