import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { type Answer, type Call, endCalls, manifestCalls, readCalls, repeatCalls } from '../state/damage/calls.ts'
import {
  answersTo,
  damageObject,
  findStart,
  observe,
  type Seen,
  type Start,
  WORLDS,
  work,
} from '../state/damage/cells.ts'
import { type Damage, damagesTo, isVersion, KINDS, type Kind, keyPattern, type Row } from '../state/damage/kinds.ts'
import { findAffected, subjectAt } from '../state/damage/subjects.ts'
import {
  toExpected,
  wrongAfterDeletion,
  wrongAfterRepair,
  wrongAnswers,
  wrongEnds,
  wrongErrors,
  wrongEvents,
  wrongLists,
  wrongWhenCancelled,
  wrongWhenRemoved,
} from '../state/damage/violations.ts'
import { copyBusyWorld, keysIn } from '../support/fixtures/every-record.ts'
import { memoryPorts } from '../support/world/ports.ts'
import type { World } from '../support/world/world.ts'

/** What is seen without damage, by the world in which cells begin. */
const undamaged = new Map<Start['world'], Promise<Seen>>()
function observeUndamaged(start: Start): Promise<Seen> {
  const seen = undamaged.get(start.world) ?? observe(start)
  undamaged.set(start.world, seen)
  return seen
}

/** An object of which nothing is left is as one that was cut at its start: neither is repaired in another way. */
const isLikeAnother = (damage: Damage): boolean => damage === 'emptied' || isVersion(damage)

/** Whether all calls are made, about other subjects too. For the other damages, the lists must do. */
const readsAll = (damage: Damage): boolean => damage === 'deleted' || damage === 'truncated'

async function listViolations(kind: Kind, row: Row, damage: Damage): Promise<string[]> {
  const start = await findStart(kind, row)
  const { answers, events } = toExpected(row, damage)
  const affected = findAffected(subjectAt(start.key), row.answers)
  const isRead = ({ subject }: Call): boolean => readsAll(damage) || affected.includes(subject)
  const before = await observeUndamaged(start)
  const seen = await observe(start, damage, isRead)
  const violations = [
    ...wrongErrors(seen),
    ...wrongAnswers(seen, before, answers),
    ...wrongLists(seen, before, answers),
    ...wrongEnds(seen, answers),
    ...wrongEvents(seen, before, events),
  ]
  if (isLikeAnother(damage)) return violations
  if (row.repair && Object.keys(answers).length > 0)
    violations.push(...wrongAfterRepair(await repair(row, seen, affected), before.reads))
  const afterwards = await wrongInDeletion(copyBusyWorld(seen.ports.world), seen.key, damage)
  const meanwhile = row.when === 'at work' && damage === 'truncated' ? await wrongInEarlyDeletion(start, damage) : []
  return [...violations, ...afterwards, ...meanwhile]
}

/** Repairs what was damaged as the row says. @returns what the subjects then answer that were affected */
async function repair(row: Row, seen: Seen, affected: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
  const world = copyBusyWorld(seen.ports.world)
  const ports = memoryPorts({ world })
  if (row.repair?.startsWith('restored')) seen.restore(world)
  // A new import does not change what batches have read of another one.
  const repeated = affected.filter((subject) => row.when !== 'read by others' || subject.startsWith('batch '))
  if (row.repair?.endsWith('repeated')) {
    for (const subject of repeated) await answersTo(repeatCalls(subject), ports)
    await work(ports)
    if (seen.key.endsWith('/manifests/input.manifest')) await answersTo(manifestCalls(subjectAt(seen.key)), ports)
  }
  const calls = readCalls(world).filter(({ subject }) => affected.includes(subject))
  return answersTo(calls, ports)
}

/** Deletes the subject of an object that is damaged, and lists what is wrong then. */
async function wrongInDeletion(world: World, key: string, damage: Damage): Promise<string[]> {
  const subject = subjectAt(key)
  const ports = memoryPorts({ world })
  const { cancel, remove } = endCalls(subject)
  if (remove.length === 0) return []
  // What has no record is unknown: creating it again is what makes it known.
  if (damage === 'deleted' && isRecord(key)) {
    await answersTo(repeatCalls(subject), ports)
    await work(ports)
  }
  const before = copyBusyWorld(world)
  const cancelled = isRecord(key) ? [] : wrongWhenCancelled(await answersTo(cancel, ports))
  const removed = await answersTo(remove, ports)
  await work(ports)
  return [...cancelled, ...wrongAfterDeletion(world, before, subject, removed)]
}

/** Cancels and deletes while work is under way, and lists what is wrong when all queues are empty. */
async function wrongInEarlyDeletion(start: Start, damage: Damage): Promise<string[]> {
  const { ports, key } = damageObject(start, damage)
  const subject = subjectAt(key)
  const { cancel, remove } = endCalls(subject)
  const cancelled = isRecord(key) ? [] : wrongWhenCancelled(await answersTo(cancel, ports))
  const removed = await answersTo(remove, ports)
  await work(ports)
  const left = keysIn(ports.world).filter((one) => remove.length > 0 && subjectAt(one) === subject)
  return [...cancelled, ...wrongWhenRemoved(removed), ...left.map((one) => `${one} is left by work under way`)]
}

/** Whether an object is what its subject is known by. */
const isRecord = (key: string): boolean =>
  /(dataset|batch|work)\.json$|^system\/(webhooks|test-images|labeling-workers)\//.test(key)

describe.each(KINDS)('$form', (kind) => {
  const cells = kind.rows.flatMap((row) =>
    damagesTo(kind).map((damage) => ({ place: [row.when, row.of].join(' '), row, damage })),
  )

  it.each(cells)(
    'affects its own subject only, is told, and can be repaired and deleted: $damage, $place',
    async ({ row, damage }) => {
      expect(await listViolations(kind, row, damage)).toEqual([])
    },
  )
})

it('has a kind for every object that is kept', () => {
  const unknown = WORLDS.flatMap(keysIn).filter((key) => !KINDS.some((kind) => keyPattern(kind).test(key)))
  expect(unknown).toEqual([])
})

it.each(KINDS)('is described in docs/reliability.md: $form', async ({ form }) => {
  const text = await readFile(new URL('../../docs/reliability.md', import.meta.url), 'utf8')
  expect(text).toContain(`\`${form}\``)
})
