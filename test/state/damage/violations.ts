import { keysIn } from '../../support/fixtures/every-record.ts'
import { jsonAt, ROOT } from '../../support/world/bucket-contents.ts'
import type { World } from '../../support/world/world.ts'
import type { Answer } from './calls.ts'
import type { Seen } from './cells.ts'
import { type Answers, type Damage, isVersion, type Row } from './kinds.ts'
import { subjectAt } from './subjects.ts'

/** Returns what a row says of a damage. Another version is no damage. Pure. */
export function toExpected(
  row: Row,
  damage: Damage,
): { readonly answers: Answers; readonly events: readonly string[] } {
  if (isVersion(damage)) return { answers: {}, events: [] }
  const { answers = {}, except = {}, events = [], exceptEvents = {} } = row
  return { answers: except[damage] ?? answers, events: exceptEvents[damage] ?? events }
}

/** Sums up an answer: its error code or state, or how much it has. Pure. */
function describe({ status, body, json }: Answer): string {
  if (json?.code !== undefined) return json.code
  const state = json?.state ?? json?.status
  if (state !== undefined) return state
  if (json?.items) return `${json.items.length} items`
  return json ? String(status) : `${body.split('\n').length - 1} lines`
}

/** The name by which a row has a call: calls about the damaged object's own subject by their operation alone. */
const shortName = (name: string, subject: string): string => {
  const [operation = '', ...params] = name.split(' ')
  const own = subject.split(' ').at(-1)
  return params[0] === own ? operation : name
}

/**
 * Lists what is wrong in the answers: those that are not as the row says, and errors that do not name an object of the
 * subject. Calls that the row does not have must answer as without damage.
 */
export function wrongAnswers(seen: Seen, undamaged: Seen, expected: Answers): string[] {
  const subject = subjectAt(seen.key)
  const wrong: string[] = []
  const differing = new Set<string>()
  for (const [name, answer] of seen.reads) {
    const before = undamaged.reads.get(name)
    if (!before || (answer.status === before.status && answer.body === before.body)) continue
    const short = shortName(name, subject)
    // What is delivered depends on which events there are.
    if (short === 'listDeliveries mine') continue
    differing.add(short)
    if (describe(answer) !== expected[short] && !(short in expected && describe(answer) === describe(before)))
      wrong.push(`${name} answers ${describe(answer)}, not ${expected[short] ?? describe(before)}`)
    if (answer.status >= 500) wrong.push(...wrongProblem(name, answer, seen.key))
  }
  for (const name of Object.keys(expected)) if (!differing.has(name)) wrong.push(`${name} answers as without damage`)
  return wrong
}

function wrongProblem(name: string, { json }: Answer, key: string): string[] {
  const { code, detail = '' } = json ?? {}
  const isNamed = code === 'corrupt-state' && String(detail).includes(key)
  return isNamed ? [] : [`${name} does not name ${key} but says ${code}: ${detail}`]
}

type Item = Readonly<Record<string, unknown>>
const NAMES = ['job', 'batch', 'dataset', 'webhook', 'imageId', 'worker'] as const

/** Returns the items of a list by their names: a job names its batch as well, and a batch its dataset. Pure. */
function itemsByName({ json }: Answer): Map<string, Item> {
  const items: readonly Item[] = json?.items ?? []
  const toName = (item: Item): string => String(NAMES.map((name) => item[name]).find((name) => name !== undefined))
  return new Map(items.map((item) => [toName(item), item]))
}

/** Lists what is wrong in the lists: each has all subjects, and all others as without damage. */
export function wrongLists(seen: Seen, undamaged: Seen, expected: Answers): string[] {
  const subject = subjectAt(seen.key).split(' ').at(-1) ?? ''
  // An item may differ if a call about it does.
  const affected = [subject, ...Object.keys(expected).flatMap((name) => name.split(' ').slice(1))]
  const isGone = Object.values(expected).includes('not-found')
  return [...seen.lists].flatMap(([name, answer]) => {
    const before = undamaged.lists.get(name)
    if (answer.status !== 200 || !before) return [`${name} answers ${describe(answer)}`]
    const items = itemsByName(answer)
    return [...itemsByName(before)].flatMap(([item, was]) => {
      const now = items.get(item)
      if (!now) return isGone && item === subject ? [] : [`${name} does not have ${item}`]
      const isSame = JSON.stringify(now).length === JSON.stringify(was).length
      return isSame || affected.includes(item) ? [] : [`${name} has another ${item}`]
    })
  })
}

const UNDER_WAY = ['importing', 'copying', 'queued', 'selecting', 'running']

/** Lists work that has not ended although all queues are empty, unless the row says so. */
export const wrongEnds = ({ reads, key }: Seen, expected: Answers): string[] =>
  [...reads].flatMap(([name, { json }]) => {
    const states = [json?.state, json?.run?.state].filter((state) => UNDER_WAY.includes(state))
    const isExpected = UNDER_WAY.includes(expected[shortName(name, subjectAt(key))] ?? '')
    return states.length === 0 || isExpected ? [] : [`${name} is still ${states}`]
  })

/** Lists errors of workers that are errors of the program, as opposed to those that say what is wrong. */
export const wrongErrors = ({ errors }: Seen): string[] =>
  errors
    .filter((error) => error instanceof TypeError || error instanceof RangeError || String(error).includes('ZodError'))
    .map(String)

/** Lists events that the row has and that were not sent, and those that tell a failure that it does not have. */
export function wrongEvents(seen: Seen, undamaged: Seen, expected: readonly string[]): string[] {
  const added = without(seen.events, undamaged.events)
  return [
    ...without(expected, added).map((type) => `no ${type} was sent`),
    ...without(added, expected).map((type) => `${type} was sent`),
  ]
}

function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...others]
  return items.filter((item) => {
    const at = left.indexOf(item)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/** Lists calls that do not say the same as without damage, after a repair. */
export const wrongAfterRepair = (
  repaired: ReadonlyMap<string, Answer>,
  undamaged: ReadonlyMap<string, Answer>,
): string[] =>
  [...repaired].flatMap(([name, answer]) => {
    const before = undamaged.get(name)
    // Events were sent meanwhile, or not.
    if (name.startsWith('listDeliveries')) return []
    return before && describe(answer) !== describe(before)
      ? [`after the repair, ${name} answers ${describe(answer)}, not ${describe(before)}`]
      : []
  })

/** Lists cancellations that failed: all that they need is the record of the subject. Pure. */
export const wrongWhenCancelled = (answers: ReadonlyMap<string, Answer>): string[] =>
  [...answers].flatMap(([name, answer]) => (answer.status < 500 ? [] : [`${name} answers ${describe(answer)}`]))

/** Lists deletions that were refused. Pure. */
export const wrongWhenRemoved = (answers: ReadonlyMap<string, Answer>): string[] =>
  [...answers].flatMap(([name, answer]) => (answer.status < 300 ? [] : [`${name} answers ${describe(answer)}`]))

/**
 * Lists what is wrong after a deletion: a refusal, keys of the subject that it has left without naming them, and objects
 * of others that were touched.
 */
export function wrongAfterDeletion(
  world: World,
  before: World,
  subject: string,
  answers: ReadonlyMap<string, Answer>,
): string[] {
  const named: readonly string[] = [...answers.values()].flatMap(({ json }) => json?.kept?.keys ?? [])
  const left = keysIn(world).filter((key) => subjectAt(key) === subject && !named.includes(key))
  const uris = new Set([...world.stored.keys(), ...before.stored.keys()])
  const touched = [...uris]
    .filter((uri) => uri.startsWith(ROOT) && world.stored.get(uri)?.etag !== before.stored.get(uri)?.etag)
    .map((uri) => uri.slice(ROOT.length))
    .filter((key) => subjectAt(key) !== subject && !isWorkOf(subject, key, before))
    .filter((key) => !/^system\/(events|deliveries|tokens|labeling-links)\//.test(key))
  return [
    ...wrongWhenRemoved(answers),
    ...left.map((key) => `${key} is left`),
    ...touched.map((key) => `${key} was touched`),
  ]
}

/** Whether an object is of the work of a labeling job that is deleted with its batch. */
function isWorkOf(subject: string, key: string, world: World): boolean {
  const [, job] = /^system\/labeling-work\/([^/]+)\//.exec(key) ?? []
  return job !== undefined && subject === `batch ${jsonAt(world, `system/labeling-jobs/${job}.json`).batch}`
}
