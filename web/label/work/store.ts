import { type DBSchema, openDB } from 'idb'
import type { AnswerRequest } from '../../../shared/contracts/labeling-answer.ts'
import type { Draft } from './start-task.ts'

/** An answer that the server has not taken yet. */
export interface QueuedAnswer {
  /** In the order of answers; given by the store. */
  readonly order?: number
  /** Who answered: {@link SignedIn.account}. */
  readonly account: string
  readonly job: string
  readonly block: string
  readonly line: number
  readonly body: AnswerRequest
  /** Whether it was sent, so that the server may have it already. */
  readonly isTried: boolean
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft & { readonly account: string } }
  answers: { key: number; value: QueuedAnswer; indexes: { account: string } }
  saved: { key: string; value: number }
}

/** What a browser keeps of a worker's work, in IndexedDB: it outlives the tab. */
export interface WorkStore {
  draft(place: TaskPlace): Promise<Draft | undefined>
  saveDraft(place: TaskPlace, draft: Draft): Promise<void>
  removeDraft(place: TaskPlace): Promise<void>
  /** All drafts of an account, of every job. */
  drafts(account: string): Promise<readonly Draft[]>
  /** Queues an answer, and removes the draft of its task. One of the same task that was never sent is replaced. */
  queue(answer: QueuedAnswer): Promise<void>
  /** Answers of an account that are not taken yet, in their order. */
  queued(account: string): Promise<readonly QueuedAnswer[]>
  markTried(order: number): Promise<void>
  /** Removes an answer from the queue. With `isSaved`, it counts as saved. */
  unqueue(answer: QueuedAnswer, isSaved: boolean): Promise<void>
  /** How many answers to a job the server has taken from this browser. */
  savedCount(account: string, job: string): Promise<number>
  /** Removes everything that an account has here. */
  forget(account: string): Promise<void>
}

/** Names a task of a worker. A line may be given again, to be reviewed or checked. */
export interface TaskPlace {
  readonly account: string
  readonly job: string
  readonly line: number
  readonly ask: string
}

const draftKey = ({ account, job, line, ask }: TaskPlace): string => `${account}/${job}/${line}/${ask}`
const savedKey = (account: string, job: string): string => `${account}/${job}`
const keysOf = (account: string): IDBKeyRange => IDBKeyRange.bound(`${account}/`, `${account}/\uffff`)

/** Opens the store of this browser. @throws DOMException where a browser allows no storage */
export async function openWorkStore(): Promise<WorkStore> {
  const db = await openDB<Schema>('groundwork-label', 1, {
    upgrade: (created) => {
      created.createObjectStore('drafts')
      created.createObjectStore('answers', { keyPath: 'order', autoIncrement: true }).createIndex('account', 'account')
      created.createObjectStore('saved')
    },
    // Another tab has a newer page: this one must not hold it up.
    blocking: () => db.close(),
  })
  return {
    draft: async (place) => await db.get('drafts', draftKey(place)),
    saveDraft: async (place, draft) => {
      await db.put('drafts', { ...draft, account: place.account }, draftKey(place))
    },
    removeDraft: (place) => db.delete('drafts', draftKey(place)),
    drafts: (account) => db.getAll('drafts', keysOf(account)),
    queue: async (answer) => {
      const transaction = db.transaction('answers', 'readwrite')
      const before = await transaction.store.index('account').getAll(answer.account)
      const replaced = before.filter(
        ({ job, line, isTried, body }) =>
          !isTried && job === answer.job && line === answer.line && body.submitId === answer.body.replaces,
      )
      for (const { order } of replaced) if (order !== undefined) await transaction.store.delete(order)
      await transaction.store.add(withReplaced(answer, replaced[0]))
      await transaction.done
    },
    queued: (account) => db.getAllFromIndex('answers', 'account', account),
    markTried: async (order) => {
      const transaction = db.transaction('answers', 'readwrite')
      const answer = await transaction.store.get(order)
      if (answer) await transaction.store.put({ ...answer, isTried: true })
      await transaction.done
    },
    unqueue: async ({ order = -1, account, job }, isSaved) => {
      const transaction = db.transaction(['answers', 'saved'], 'readwrite')
      const saved = transaction.objectStore('saved')
      const isThere = (await transaction.objectStore('answers').count(order)) > 0
      await transaction.objectStore('answers').delete(order)
      const key = savedKey(account, job)
      if (isSaved && isThere) await saved.put(1 + ((await saved.get(key)) ?? 0), key)
      await transaction.done
    },
    savedCount: async (account, job) => (await db.get('saved', savedKey(account, job))) ?? 0,
    forget: async (account) => {
      const transaction = db.transaction(['drafts', 'answers', 'saved'], 'readwrite')
      for (const name of ['drafts', 'saved'] as const) await transaction.objectStore(name).delete(keysOf(account))
      const answers = transaction.objectStore('answers')
      for (const key of await answers.index('account').getAllKeys(account)) await answers.delete(key)
      await transaction.done
    },
  }
}

/** The store of a browser that allows none: nothing outlives the tab, and who writes is told so. */
export function noWorkStore(): WorkStore {
  const refuse = async (): Promise<never> => {
    throw new Error('This browser allows no storage')
  }
  const nothing = async (): Promise<void> => undefined
  return {
    draft: async () => undefined,
    saveDraft: refuse,
    removeDraft: nothing,
    drafts: async () => [],
    queue: refuse,
    queued: async () => [],
    markTried: nothing,
    unqueue: nothing,
    savedCount: async () => 0,
    forget: nothing,
  }
}

/** One that was never sent cannot be replaced at the server: what it replaces is replaced. */
function withReplaced(answer: QueuedAnswer, before: QueuedAnswer | undefined): QueuedAnswer {
  if (!before) return answer
  const { replaces: _, ...body } = answer.body
  const { replaces } = before.body
  return { ...answer, body: { ...body, ...(replaces !== undefined && { replaces }) } }
}
