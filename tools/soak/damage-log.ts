import type { Answer } from './client.ts'
import type { Damage } from './damage.ts'
import type { Findings } from './findings.ts'
import type { WriteLedger } from './ledger.ts'

/** Number of damaged objects, and what became of them. */
export interface DamageCounts {
  damaged: number
  /** Restored from the copy that was taken; the others were rebuilt, or removed with their subject. */
  restored: number
  /** Subjects deleted over the API with a damaged object among theirs. */
  deletedDamaged: number
  /** Responses with the code `corrupt-state`. */
  corruptAnswers: number
}

/** Records what was damaged, and what was observed of it. */
export interface DamageLog {
  readonly counts: DamageCounts
  addDamage(damage: Damage): void
  /** Adds a violation: of what must be there, or of what must have an end. */
  addFinding(kind: 'lost' | 'left', what: string): void
  /** Records a response with the code `corrupt-state`. */
  addCorruptAnswer(request: string, answer: Answer): void
  /** Whether the plan of this object's import was damaged, which alone knows the uploads: S3 ends them after a week. */
  hasLostPlan(key: string): boolean
  /** Returns all violations, those among the responses included. */
  findings(): Findings
}

/**
 * Creates a log.
 * @param ledger what was damaged may be written again
 * @param say receives each damage
 */
export function createDamageLog(ledger: Pick<WriteLedger, 'forget'>, say: (what: string) => void): DamageLog {
  const counts: DamageCounts = { damaged: 0, restored: 0, deletedDamaged: 0, corruptAnswers: 0 }
  const damages: Damage[] = []
  const answers = new Map<string, string>()
  const found = { lost: [] as string[], left: [] as string[] }
  return {
    counts,
    addDamage: (damage) => {
      counts.damaged += 1
      damages.push(damage)
      say(`damaged: ${describeDamage(damage)}`)
      ledger.forget(damage.key)
    },
    addFinding: (kind, what) => void found[kind].push(what),
    addCorruptAnswer: (request, { json }) => {
      counts.corruptAnswers += 1
      answers.set(`${request}: ${json.detail}`, request)
    },
    hasLostPlan: (key) =>
      damages.some(
        (damage) => damage.key.endsWith('/import.json') && key.startsWith(damage.key.replace(/import\.json$/, '')),
      ),
    findings: () => ({
      lost: [...found.lost, ...[...answers].flatMap(([text, request]) => checkAnswer(text, request, damages) ?? [])],
      doubled: [],
      left: found.left,
    }),
  }
}

/** An error must name an object of its own subject that was damaged. Returns what is wrong with it. Pure. */
function checkAnswer(text: string, request: string, damages: readonly Damage[]): string | undefined {
  const named = damages.filter(({ key }) => text.includes(key))
  if (named.length === 0) return `${text} (no object that was damaged)`
  const [, subject] = /\/v1\/(?:batches|datasets)\/([^/?]+)/.exec(request) ?? []
  if (subject === undefined) return `${text} (a list goes on)`
  return named.some(({ key }) => key.includes(`/${subject}/`)) ? undefined : `${text} (an object of another subject)`
}

/** Names a damage in findings. */
export const describeDamage = ({ key, kind }: Damage): string => `${key} ${kind}`
