import type { AnswerReceipt } from '../../../shared/contracts/labeling-answer.ts'
import { ApiError } from '../../kit/api.ts'
import type { LabelApi } from './label-api.ts'
import type { QueuedAnswer, WorkStore } from './store.ts'

/** How the sending of answers stands. */
export interface OutboxState {
  /** Answers that the server has taken from this browser, by the page's job. */
  readonly saved: number
  /** Answers that are kept here until the server takes them. */
  readonly waiting: number
  /** Whether the last attempt got no answer. */
  readonly isOffline: boolean
  /** Answers that the server refused, or did not count, with the reason. None is dropped silently. */
  readonly lost: readonly { readonly line: number; readonly reason: string }[]
}

export interface Outbox {
  /** Keeps an answer until the server has it. Resolves when it is stored in this browser. */
  add(answer: QueuedAnswer): Promise<void>
  /** Sends what waits, such as after the page was opened. */
  start(): void
  /** Resolves when no answer waits. */
  drained(): Promise<void>
  stop(): void
}

const MIN_PAUSE_MILLISECONDS = 1000
const MAX_PAUSE_MILLISECONDS = 30_000

/**
 * Sends answers one after another in their order, and each again until the server has taken or refused it. They are kept in
 * the browser meanwhile, so that none is lost when the tab is closed or the network is away.
 */
export function createOutbox(options: {
  readonly account: string
  readonly job: string
  readonly store: WorkStore
  readonly api: Pick<LabelApi, 'answer'>
  readonly onChange: (state: OutboxState) => void
  readonly onReceipt: (answer: QueuedAnswer, receipt: AnswerReceipt) => void
}): Outbox {
  const { account, job, store, api, onChange, onReceipt } = options
  let state: OutboxState = { saved: 0, waiting: 0, isOffline: false, lost: [] }
  let isSending = false
  let isStopped = false
  let failures = 0
  /** Answers that are being stored in the browser: from the first moment on, they are not saved yet. */
  let adding = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiters: (() => void)[] = []

  const change = (changes: Partial<OutboxState>): void => {
    state = { ...state, ...changes }
    if (!isStopped) onChange(state)
  }
  const count = async (): Promise<number> => {
    const [queued, saved] = await Promise.all([store.queued(account), store.savedCount(account, job)])
    const waiting = queued.length + adding
    change({ waiting, saved })
    if (waiting === 0) for (const resolve of waiters.splice(0)) resolve()
    return waiting
  }
  const lose = (line: number, reason: string): void => change({ lost: [...state.lost, { line, reason }] })

  /** Returns whether the next answer can be sent. */
  const sendOne = async (answer: QueuedAnswer): Promise<boolean> => {
    try {
      if (answer.order !== undefined) await store.markTried(answer.order)
      const receipt = await api.answer(answer.job, answer.line, answer.body)
      // Each image counts once, however often its answer is changed.
      await store.unqueue(answer, receipt.counted && answer.body.replaces === undefined)
      if (!receipt.counted && !receipt.practice) lose(answer.line, 'It came after the end of the job.')
      onReceipt(answer, receipt)
      change({ isOffline: false })
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Signing in again helps, so the answer is kept.
      if (error.isRetryable || error.status === 401) {
        retryLater(error)
        return false
      }
      await store.unqueue(answer, false)
      lose(answer.line, error.message)
      return true
    }
  }
  const retryLater = (error: ApiError): void => {
    failures += 1
    change({ isOffline: error.status === 0 })
    const pause = Math.min(MAX_PAUSE_MILLISECONDS, MIN_PAUSE_MILLISECONDS * 2 ** (failures - 1))
    clearTimeout(timer)
    timer = setTimeout(() => void send(), error.retryAfterSeconds ? 1000 * error.retryAfterSeconds : pause)
  }
  const send = async (): Promise<void> => {
    if (isSending || isStopped) return
    isSending = true
    clearTimeout(timer)
    try {
      for (;;) {
        const [first] = await store.queued(account)
        if (!first || isStopped || !(await sendOne(first))) break
        failures = 0
        await count()
      }
    } finally {
      isSending = false
      await count()
    }
  }
  const onOnline = (): void => void send()
  globalThis.addEventListener('online', onOnline)

  return {
    add: async (answer) => {
      adding += 1
      change({ waiting: state.waiting + 1 })
      await store.queue(answer).finally(() => {
        adding -= 1
      })
      await count()
      void send()
    },
    start: () => void send(),
    drained: async () => {
      await new Promise<void>((resolve) => {
        waiters = [...waiters, resolve]
        void send()
      })
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      globalThis.removeEventListener('online', onOnline)
    },
  }
}
