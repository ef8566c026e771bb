import type { KindName } from '../../tools/people/kinds.ts'

/** How well somebody draws: a kind of simulated person. */
export type DrawingKind = Extract<KindName, 'good' | 'loose' | 'sloppy' | 'spammer'>

export interface Team {
  readonly name: string
  /** One for each member. */
  readonly members: readonly DrawingKind[]
  /** The mean overlap and recall by which consolidation may fall short of the simulator's on any seed. */
  readonly tolerance: number
}

const people = (counts: Partial<Record<DrawingKind, number>>): readonly DrawingKind[] =>
  (['good', 'loose', 'sloppy', 'spammer'] as const).flatMap((kind) => Array<DrawingKind>(counts[kind] ?? 0).fill(kind))

/** For good workers the plain mean is best, which has to be paid for a little. */
const GOOD: Team = { name: '6 good', members: people({ good: 6 }), tolerance: 0.005 }
const MIXED: Team = {
  name: '4 good, 2 loose, 2 sloppy',
  members: people({ good: 4, loose: 2, sloppy: 2 }),
  tolerance: 0,
}
const SPAM: Team = {
  name: '4 good, 1 loose, 1 sloppy, 2 spam',
  members: people({ good: 4, loose: 1, sloppy: 1, spammer: 2 }),
  tolerance: 0,
}

/** A team of which so many members see each image. */
export interface Assignment {
  readonly team: Team
  readonly opinions: number
}

export const ASSIGNMENTS: readonly Assignment[] = [
  { team: GOOD, opinions: 3 },
  { team: MIXED, opinions: 3 },
  { team: MIXED, opinions: 5 },
  { team: SPAM, opinions: 3 },
  { team: SPAM, opinions: 5 },
]

/** Teams that are asked until two agree. */
export const ADAPTIVE_TEAMS: readonly Omit<Team, 'tolerance'>[] = [
  { name: '6 good', members: people({ good: 6 }) },
  { name: '5 good, 2 loose, 1 sloppy', members: people({ good: 5, loose: 2, sloppy: 1 }) },
  {
    name: '5 good, 1 loose, 1 sloppy, 1 spam',
    members: people({ good: 5, loose: 1, sloppy: 1, spammer: 1 }),
  },
]
