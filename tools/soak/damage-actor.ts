import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../local/seeded-random.ts'
import type { Answer, Client } from './client.ts'
import type { Damage, Damager } from './damage.ts'
import { type DamageLog, describeDamage } from './damage-log.ts'
import type { DamagedSubject } from './damaged-subject.ts'

/** How long a subject may take to be complete after its repair, or to be gone: its messages wait behind all others. */
const MAX_MILLISECONDS = 240_000
/** How long workers that were busy may take to remove what they wrote for a subject that is gone. */
const CLEANUP_MILLISECONDS = 10_000

/** What damages subjects. */
export interface DamageTools {
  readonly client: Client
  readonly damager: Damager
  readonly log: DamageLog
  readonly random: Random
}

/**
 * Repeatedly begins work on a subject and damages one of its objects meanwhile. Then restores the object and repeats the
 * call, or deletes the subject as it is, until `shouldContinue` is false.
 */
export async function playDamage(
  subject: DamagedSubject,
  tools: DamageTools,
  shouldContinue: () => boolean,
): Promise<void> {
  const { random } = tools
  while (shouldContinue()) {
    await subject.start()
    await wait(random.between(10, 1500))
    const damage = await damageOne(subject, tools)
    if (!damage) continue
    await wait(random.between(200, 3000))
    await readList(subject, tools)
    // Nothing is left to delete by where the state object itself is gone.
    const isRecordGone = damage.kind === 'deleted' && damage.key === subject.record
    if (isRecordGone || random.chance(0.5)) await repair(subject, damage, tools)
    else await removeDamaged(subject, damage, tools)
  }
}

/**
 * Begins work on a subject from the start, and damages one of its objects, which stays damaged until everything has
 * ended.
 */
export async function damageAtLast(subject: DamagedSubject, tools: DamageTools): Promise<Damage | undefined> {
  await subject.remove(MAX_MILLISECONDS)
  await subject.start()
  await wait(tools.random.between(0, 400))
  return damageOne(subject, tools)
}

/** Checks that all work on a subject has ended, although an object is damaged. */
export async function checkEnded(subject: DamagedSubject, damage: Damage, { log }: DamageTools): Promise<void> {
  const state = await subject.readUnfinished()
  if (state) log.addFinding('left', `${subject.name} is ${state} without an end; ${describeDamage(damage)}`)
}

/** Restores the object and repeats the call: the subject must become complete. */
export async function repair(subject: DamagedSubject, damage: Damage, tools: DamageTools): Promise<void> {
  const { log } = tools
  if ((await isOfCurrent(subject, damage, tools)) && (await tools.damager.restore(damage))) log.counts.restored += 1
  const last = await subject.finish(MAX_MILLISECONDS)
  if (last) {
    const said = describeAnswer(last)
    log.addFinding('lost', `${subject.name} is not complete after its repair: ${said}; ${describeDamage(damage)}`)
    return
  }
  const { lost, doubled, left } = await subject.audit()
  const wrong = [...lost, ...doubled, ...left].slice(0, 1)
  for (const what of wrong) log.addFinding('lost', `after a repair, ${what}; ${describeDamage(damage)}`)
}

const describeAnswer = ({ status, json }: Answer): string => `${status} ${json?.detail ?? json?.state}`

/** Damages an object, unless there is none. */
async function damageOne(
  { folder }: DamagedSubject,
  { damager, log, random }: DamageTools,
): Promise<Damage | undefined> {
  const damage = await damager.damageOne(folder, random)
  if (damage) log.addDamage(damage)
  return damage
}

/**
 * Whether a damaged object still belongs to the subject: the work that it belongs to may have failed and been removed
 * since, and what is gone on purpose is not restored.
 */
async function isOfCurrent({ record }: DamagedSubject, { key, etag }: Damage, { damager }: DamageTools) {
  if (key === record || etag !== undefined) return true
  const { batchId, current, importing } = (await damager.readJson(record)) ?? {}
  const ids = [batchId, current?.importId, importing?.importId]
  const isShared = !/\/(copies|[a-z0-9]{16})\//.test(key)
  return isShared || ids.some((id) => typeof id === 'string' && key.includes(id))
}

/** Lists the subjects: a damaged one must not keep the others from being listed. A failure is among the findings. */
async function readList({ list }: DamagedSubject, { client }: DamageTools): Promise<void> {
  await client.call('GET', `${list}?limit=1000`)
}

/** Deletes the subject as it is: nothing may be left of it. */
async function removeDamaged(subject: DamagedSubject, damage: Damage, { damager, log }: DamageTools): Promise<void> {
  const last = await subject.remove(MAX_MILLISECONDS)
  if (last) {
    log.addFinding('left', `${subject.name} cannot be deleted: ${describeAnswer(last)}; ${describeDamage(damage)}`)
    return
  }
  log.counts.deletedDamaged += 1
  const end = Date.now() + CLEANUP_MILLISECONDS
  let left = await damager.list(subject.folder)
  while (left.length > 0 && Date.now() < end) {
    await wait(200)
    left = await damager.list(subject.folder)
  }
  if (left.length === 0) return
  log.addFinding('left', `${left.length} objects of ${subject.name}, such as ${left[0]}; ${describeDamage(damage)}`)
}
