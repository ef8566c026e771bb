import { appendFileSync } from 'node:fs'
import type { AnswerRequest, Purpose } from '../../shared/contracts/labeling-answer.ts'
import type { KindName } from './kinds.ts'

/** What became of an answer, as the person who gave it knows. */
export interface LedgerEntry {
  /** When the reply came, RFC 3339. */
  readonly at: string
  readonly person: string
  readonly kind: KindName
  readonly job: string
  readonly line: number
  /** What the task was; absent for an opinion. */
  readonly purpose?: Purpose
  readonly block: string
  readonly submitId: string
  readonly answer: AnswerRequest['answer']
  readonly boxes?: AnswerRequest['boxes']
  /** Of an acknowledged answer: whether it is part of the result, and how often the person had answered the task. */
  readonly counted?: boolean
  /** Of an answer to a practice image, which is never counted. */
  readonly practice?: true
  readonly revision?: number
  /** Of a refused answer. */
  readonly code?: string
}

/** Where people write down what became of their answers. */
export interface Ledger {
  record(entry: LedgerEntry): void
}

/** Keeps a ledger as JSON lines. Each line is on disk before the person goes on, also when the process is killed. */
export const fileLedger = (file: string): Ledger => ({
  record: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`),
})

/** An answer in the result of a job. */
export interface ResultAnswer {
  readonly line: number
  /** As the person is named in the ledger. */
  readonly person: string
  readonly purpose?: Purpose | undefined
  readonly boxes: readonly Readonly<Record<string, unknown>>[] | undefined
  /** What somebody said who verified. */
  readonly verdict?: string | undefined
}

const keyOf = ({ person, line, purpose }: Pick<ResultAnswer, 'person' | 'line' | 'purpose'>): string =>
  `${person}, line ${line}${purpose ? `, ${purpose}` : ''}`

/**
 * Returns for each task of each person the answer that must be in the result: the last one that was acknowledged as
 * counted. Pure.
 */
export function expectedAnswers(entries: readonly LedgerEntry[]): ReadonlyMap<string, LedgerEntry> {
  const expected = new Map<string, LedgerEntry>()
  for (const entry of entries) {
    const known = expected.get(keyOf(entry))
    if (entry.counted && (entry.revision ?? 0) >= (known?.revision ?? 0)) expected.set(keyOf(entry), entry)
  }
  return expected
}

/**
 * Compares what people were told with the result of the job. Pure.
 * @returns a sentence for each acknowledged answer that is not in the result, or not as it was given, and for each task
 *   that has two answers of one person
 */
export const compareWithResult = (entries: readonly LedgerEntry[], result: readonly ResultAnswer[]): string[] => [
  ...findTwice(result),
  ...findLost(entries, result),
]

/** Finds the tasks that have two answers of one person. Pure. */
export const findTwice = (result: readonly ResultAnswer[]): string[] =>
  [...Map.groupBy(result, keyOf)]
    .filter(([, answers]) => answers.length > 1)
    .map(([key]) => `${key} is in the result twice`)

/** Finds the acknowledged answers that are not in the result, or not as they were given. Pure. */
export function findLost(entries: readonly LedgerEntry[], result: readonly ResultAnswer[]): string[] {
  const found = Map.groupBy(result, keyOf)
  return [...expectedAnswers(entries)].flatMap(([key, { boxes, answer }]) => {
    const answers = found.get(key)
    // A task that was declined has no opinion of this person.
    if (answer === 'declined') return answers ? [`${key} was declined, and is in the result`] : []
    if (!answers) return [`${key} was acknowledged, and is not in the result`]
    const isSame = answers.some(
      (one) => (boxes === undefined || sameBoxes(boxes, one.boxes)) && (!isVerdict(answer) || one.verdict === answer),
    )
    return isSame ? [] : [`${key} is another answer in the result`]
  })
}

const isVerdict = (answer: LedgerEntry['answer']): boolean => answer === 'correct' || answer === 'incorrect'

const EDGES = ['left', 'top', 'width', 'height'] as const

const sameBoxes = (
  given: NonNullable<LedgerEntry['boxes']>,
  boxes: readonly Readonly<Record<string, unknown>>[] = [],
): boolean =>
  given.length === boxes.length &&
  given.every((box, index) => EDGES.every((edge) => box[edge] === boxes[index]?.[edge]))
