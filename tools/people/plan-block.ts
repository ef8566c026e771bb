import type { Random } from '../../local/seeded-random.ts'
import type { Habit } from './kinds.ts'

/** What somebody does in a block besides answering one task after the other. Tasks are counted from 0. */
export interface BlockPlan {
  /** Leaves for good before this task. */
  readonly leaveBefore?: number
  /** Sleeps until the lease has expired before this task, and answers then. */
  readonly sleepBefore?: number
  /** Sends the answers at the end, each of them twice. */
  readonly isOffline?: true
  /** Sends another answer to this task after all others. */
  readonly replace?: number
  /** The clock of the computer is set by so many hours in the middle of this block. */
  readonly clockJumpHours?: number
}

/** Every how many blocks, on average, a habit shows. */
const EVERY_BLOCKS = 3

/**
 * Decides what somebody does in a block. Pure but for the random numbers.
 * @param number how many blocks the person has had before
 */
export function planBlock(habit: Habit, number: number, tasks: number, random: Random): BlockPlan {
  const middle = random.between(Math.min(1, tasks - 1), tasks)
  switch (habit) {
    case 'leaves':
      return number >= 1 || random.chance(0.5) ? { leaveBefore: middle } : {}
    case 'falls-asleep':
      return number === 0 || random.chance(1 / EVERY_BLOCKS) ? { sleepBefore: middle } : {}
    case 'goes-offline':
      return number === 0 || random.chance(1 / EVERY_BLOCKS) ? { isOffline: true } : {}
    case 'changes-mind':
      return number === 0 || random.chance(1 / EVERY_BLOCKS) ? { replace: middle } : {}
    case 'wrong-clock':
      return { clockJumpHours: random.between(-48, 48) }
    case 'steady':
    case 'two-tabs':
      return {}
  }
}
