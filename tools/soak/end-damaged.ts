import { checkEnded, type DamageTools, damageAtLast, repair } from './damage-actor.ts'
import { describeDamage } from './damage-log.ts'
import type { DamagedSubject } from './damaged-subject.ts'

/** How long a subject that could not be damaged may take to be complete. */
const MAX_MILLISECONDS = 240_000

/**
 * Damages an object of each subject while work is under way, and leaves it damaged: all work must end. Then repairs
 * them, and they must become complete.
 * @param drain waits until all queues are empty, and reports when they are not
 */
export async function endDamaged(
  subjects: readonly (readonly [DamagedSubject, DamageTools])[],
  drain: (when: string) => Promise<void>,
): Promise<void> {
  const damaged = await Promise.all(
    subjects.map(async ([subject, tools]) => ({ subject, tools, damage: await damageAtLast(subject, tools) })),
  )
  const all = damaged.flatMap(({ damage }) => (damage ? [describeDamage(damage)] : []))
  await drain(`with ${all.join(' and ')}`)
  await Promise.all(
    damaged.map(async ({ subject, tools, damage }) => {
      if (!damage) return void (await subject.finish(MAX_MILLISECONDS))
      await checkEnded(subject, damage, tools)
      await repair(subject, damage, tools)
    }),
  )
}
