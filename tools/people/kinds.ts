/** How well somebody draws. */
export interface Skill {
  /** Standard deviation of each edge, as a share of the size of the box. */
  readonly spread: number
  /** How far each edge is outside of the object, as a share of the size of the box. */
  readonly margin: number
  /** Share of the objects that are overlooked, and of verdicts that are wrong. */
  readonly missed: number
  /** Share of the tasks that are left to others. */
  readonly declined: number
  /** Answers without a look at the image. */
  readonly isSpam: boolean
}

const HABITS = ['steady', 'leaves', 'falls-asleep', 'two-tabs', 'wrong-clock', 'goes-offline', 'changes-mind'] as const
/** What somebody does besides drawing. */
export type Habit = (typeof HABITS)[number]

export interface Kind {
  readonly description: string
  readonly skill: Skill
  readonly habit: Habit
}

const GOOD: Skill = { spread: 0.012, margin: 0, missed: 0, declined: 0.01, isSpam: false }

/** Every kind of simulated person. */
export const KINDS = {
  good: { description: 'draws well: 1.2 % off', skill: GOOD, habit: 'steady' },
  loose: { description: 'leaves 5 % room around each object', skill: { ...GOOD, margin: 0.05 }, habit: 'steady' },
  sloppy: {
    description: 'is 5 % off, and overlooks 8 % of the objects',
    skill: { ...GOOD, spread: 0.05, missed: 0.08 },
    habit: 'steady',
  },
  spammer: { description: 'answers at once and at random', skill: { ...GOOD, isSpam: true }, habit: 'steady' },
  leaves: { description: 'draws well, and leaves for good in the middle of a block', skill: GOOD, habit: 'leaves' },
  'falls-asleep': {
    description: 'draws well, sleeps longer than a lease, and answers then',
    skill: GOOD,
    habit: 'falls-asleep',
  },
  'two-tabs': { description: 'draws well, in two tabs at the same time', skill: GOOD, habit: 'two-tabs' },
  'wrong-clock': { description: 'draws well, on a computer whose clock jumps', skill: GOOD, habit: 'wrong-clock' },
  'goes-offline': {
    description: 'draws well, sends some answers late, and each of them twice',
    skill: GOOD,
    habit: 'goes-offline',
  },
  'changes-mind': { description: 'draws well, and replaces some answers', skill: GOOD, habit: 'changes-mind' },
} as const satisfies Readonly<Record<string, Kind>>
export type KindName = keyof typeof KINDS

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[]

export const isKindName = (name: string): name is KindName => Object.hasOwn(KINDS, name)
