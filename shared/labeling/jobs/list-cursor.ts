import { fromCursor, invalidCursor, toCursor } from '../../contracts/page.ts'

/** Where a list of the jobs at SageMaker goes on: in a page of its own, after the job of that name. */
export interface ServicePosition {
  /** Token of that page; undefined for the first. */
  readonly token: string | undefined
  /** Size of that page. */
  readonly limit: number
  readonly past: string | undefined
}

/** Where a list of the jobs of both engines goes on. */
export interface ListPosition {
  /** Key of the index after which the own jobs go on: empty at the beginning, `end` where there are no more. */
  readonly own: string
  /** `refused`: SageMaker did not answer, and is not asked again for this list. */
  readonly service: ServicePosition | 'end' | 'refused'
}

const PATTERN = /^([^\n]*)\n(?:(end|refused)|([1-9]\d{0,2}):([^:\n]*):(.*))$/s

/** Returns the position that a cursor stands for; undefined for the first page. @throws AppError `invalid-request` */
export function parseListCursor(cursor: string | undefined): ListPosition | undefined {
  const text = fromCursor(cursor)
  if (text === undefined) return undefined
  const [, own, word, limit, past, token] = PATTERN.exec(text) ?? []
  if (own === undefined) throw invalidCursor()
  if (word !== undefined) return { own, service: word === 'end' ? 'end' : 'refused' }
  return { own, service: { token: token || undefined, limit: Number(limit), past: past || undefined } }
}

/** Returns the cursor of the next page; undefined after the last one. Pure. */
export function toListCursor({ own, service }: ListPosition): string | undefined {
  if (own === 'end' && typeof service === 'string') return undefined
  const rest = typeof service === 'string' ? service : `${service.limit}:${service.past ?? ''}:${service.token ?? ''}`
  return toCursor(`${own}\n${rest}`)
}
