import type { Scenario } from '../support/crash/scenario.ts'
import { jobToLabel, linesToLabel, peopleScenario } from './serving-jobs.ts'
import { labelToTheEnd, type Person } from './serving-people.ts'

const ann: Person = { number: 1 }
const bob: Person = { number: 2 }
const reviewer: Person = { number: 3, isReviewer: true }

/** People who check what others have drawn: on every other image, an object lacks a box. */
export const CHECKING_SCENARIOS: readonly Scenario[] = [
  peopleScenario(
    'labeling with checks of what is drawn',
    jobToLabel(linesToLabel(3), 1, { coverageCheck: true }),
    (ports) => labelToTheEnd(ports, [ann, bob]),
    { status: 'Completed', complete: 3, expired: 0, disputed: 1 },
  ),
  peopleScenario(
    'labeling with checks and a reviewer',
    jobToLabel(linesToLabel(3), 1, { coverageCheck: true, review: 'disputes' }),
    (ports) => labelToTheEnd(ports, [ann, bob, reviewer]),
    { status: 'Completed', complete: 3, expired: 0, disputed: 0 },
  ),
]
