import { DATASET_ROWS } from './dataset-rows.ts'
import { ENGINE_ROWS } from './engine-rows.ts'
import { BATCH_ROWS, SYSTEM_ROWS } from './other-rows.ts'

/** What of a cell's subject is told differently while the object is damaged: the calls, and what they answer instead. */
export type Answers = Readonly<Record<string, string>>

/** What damage to an object leads to, once all queues are empty. */
export interface Row {
  /** Whether nothing is under way, work of the object's subject is, or work of others that reads the object. */
  readonly when: 'idle' | 'at work' | 'read by others'
  /** Begins the key of the object that is damaged; any object of the kind by default. */
  readonly of?: string
  /**
   * Own calls by their operation, calls about others with their names. Each answers with an error code, a state, or a
   * number of items or lines. All other calls answer as if nothing was damaged; so do all, if this is left out.
   */
  readonly answers?: Answers
  /** For damages that lead to other answers than the rest of them. */
  readonly except?: Readonly<Partial<Record<Damage, Answers>>>
  /** Events that tell it, besides those without damage. */
  readonly events?: readonly string[]
  /** As `except`, for `events`. */
  readonly exceptEvents?: Readonly<Partial<Record<Damage, readonly string[]>>>
  /** What makes the answers as if nothing had been damaged. Left out where no answer differs. */
  readonly repair?: 'repeated' | 'restored' | 'restored and repeated'
}

/** A kind of object that is kept. */
export interface Kind {
  /** The form of its keys, as docs/reliability.md names it. */
  readonly form: string
  /** A JSON record with a schema version, a file of lines, or another file. */
  readonly content: 'record' | 'lines' | 'file'
  readonly rows: readonly Row[]
}

export const KINDS: readonly Kind[] = [...DATASET_ROWS, ...BATCH_ROWS, ...SYSTEM_ROWS, ...ENGINE_ROWS]

const PLACEHOLDERS: Readonly<Record<string, string>> = { round: '\\d+', chunk: '\\d{4}', importId: 'i[dm]\\d{14}' }

/** Returns the pattern of the keys of a kind. */
export const keyPattern = ({ form }: Pick<Kind, 'form'>): RegExp =>
  new RegExp(`^${form.replaceAll('.', '\\.').replace(/<(\w+)>/g, (_, name) => PLACEHOLDERS[name] ?? '[^/]+')}$`)

/** What can happen to an object: returns what is there afterwards, `undefined` for nothing. */
export const DAMAGES = {
  deleted: () => undefined,
  truncated: (text) => text.slice(0, Math.floor(text.length * 0.45)),
  emptied: () => '',
  'other JSON': () => '{"some":"other"}\n',
  'cut at a line': (text) => text.slice(0, text.lastIndexOf('\n', text.length / 2) + 1),
  'older version': (text) => {
    const { schemaVersion: _, nonce: __, ...record } = JSON.parse(text)
    return JSON.stringify(record)
  },
  'newer version': (text) => JSON.stringify({ ...JSON.parse(text), schemaVersion: 99, fieldOfANewerVersion: [1] }),
} as const satisfies Record<string, (text: string) => string | undefined>
export type Damage = keyof typeof DAMAGES

/** Whether this is a record that another version has written, and no damage. */
export const isVersion = (damage: Damage): boolean => damage.endsWith('version')

/**
 * Lists what can happen to objects of a kind. Only records have versions, and to a record it makes no difference where it
 * is cut: it is no JSON any more.
 */
export const damagesTo = ({ content }: Pick<Kind, 'content'>): Damage[] =>
  (Object.keys(DAMAGES) as Damage[]).filter((damage) =>
    damage === 'cut at a line' ? content === 'lines' : content === 'record' || !isVersion(damage),
  )
