import type { AnswerReceipt } from '../../../shared/contracts/labeling-answer.ts'
import { ApiError } from '../../kit/api.ts'
import type { LabelApi } from './label-api.ts'
import type { QueuedAnswer, WorkStore } from './store.ts'

/** How the sending of answers stands. */
export interface OutboxState {
  /** Answers that the server has taken from this browser, by the page's job. */
  readonly saved: number
  /** Answers that the server has not taken yet. */
  readonly waiting: number
  /** How many of them are stored in this browser, so that they outlive the tab. */
  readonly kept: number
  /** How many of them this browser could not store: they are lost with the tab. */
  readonly onlyHere: number
  /** Whether the last attempt got no answer. */
  readonly isOffline: boolean
  /** Whether the link is not valid any more. Nothing is sent until its worker signs in with another one. */
  readonly isSignedOut: boolean
  /** Answers that the server refused, or did not count, with the reason. None is dropped silently. */
  readonly lost: readonly { readonly line: number; readonly reason: string }[]
}

export interface Outbox {
  /** Keeps an answer until the server has it. Resolves when it is stored in this browser, or cannot be. */
  add(answer: QueuedAnswer): Promise<void>
  /** Sends what waits, such as after the page was opened. */
  start(): void
  /** Resolves when no answer waits. */
  drained(): Promise<void>
  /** Tells nothing any more, and sends only what this tab alone has, until that is done. */
  stop(): void
}

/** Before anything is known of a job. */
export const EMPTY_OUTBOX: OutboxState = {
  saved: 0,
  waiting: 0,
  kept: 0,
  onlyHere: 0,
  isOffline: false,
  isSignedOut: false,
  lost: [],
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
  /** Tells when the network is back, by the event `online`: the window. */
  readonly network: EventTarget
}): Outbox {
  const { account, job, store, api, onChange, onReceipt, network } = options
  let state = EMPTY_OUTBOX
  let isSending = false
  /** Whether to look once more when the sending ends: an answer came meanwhile. */
  let isAsked = false
  let isStopped = false
  let failures = 0
  /** Answers that are being stored in the browser: from the first moment on, they are not saved yet. */
  let adding = 0
  /** Answers that could not be stored, in their order; from the first of them on all, to keep the order. */
  let unstored: readonly QueuedAnswer[] = []
  let savedUnstored = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiters: (() => void)[] = []

  const change = (changes: Partial<OutboxState>): void => {
    state = { ...state, ...changes }
    if (!isStopped) onChange(state)
  }
  const count = async (): Promise<void> => {
    const [queued, saved] = await Promise.all([store.queued(account), store.savedCount(account, job)])
    const onlyHere = unstored.length
    const waiting = queued.length + onlyHere + adding
    change({ waiting, kept: queued.length, onlyHere, saved: saved + savedUnstored })
    if (waiting === 0) for (const resolve of waiters.splice(0)) resolve()
  }
  /** Removes an answer that the server has taken or refused. */
  const remove = async (answer: QueuedAnswer, isSaved: boolean): Promise<void> => {
    if (!unstored.includes(answer)) return await store.unqueue(answer, isSaved)
    unstored = unstored.filter((other) => other !== answer)
    if (isSaved) savedUnstored += 1
  }
  const lose = (line: number, reason: string): void => change({ lost: [...state.lost, { line, reason }] })

  /** Returns whether the next answer can be sent. */
  const sendOne = async (answer: QueuedAnswer): Promise<boolean> => {
    try {
      if (answer.order !== undefined) await store.markTried(answer.order)
      const receipt = await api.answer(answer.job, answer.line, answer.body)
      // Each image counts once, however often its answer is changed.
      await remove(answer, receipt.counted && answer.body.replaces === undefined)
      if (!receipt.counted && !receipt.practice) lose(answer.line, 'It came after the end of the job.')
      onReceipt(answer, receipt)
      change({ isOffline: false, isSignedOut: false })
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Signing in again helps, so the answer is kept.
      if (error.isRetryable || error.status === 401) {
        retryLater(error)
        return false
      }
      await remove(answer, false)
      lose(answer.line, error.message)
      return true
    }
  }
  const retryLater = (error: ApiError): void => {
    failures += 1
    change({ isOffline: error.status === 0, isSignedOut: error.status === 401 })
    const pause = Math.min(MAX_PAUSE_MILLISECONDS, MIN_PAUSE_MILLISECONDS * 2 ** (failures - 1))
    clearTimeout(timer)
    timer = setTimeout(() => void send(), error.retryAfterSeconds ? 1000 * error.retryAfterSeconds : pause)
  }
  const send = async (): Promise<void> => {
    isAsked = true
    if (isSending) return
    isSending = true
    clearTimeout(timer)
    try {
      while (isAsked && !isOver()) {
        isAsked = false
        // What is stored is sent by whoever works next.
        const stored = isStopped ? [] : await store.queued(account)
        const [first] = isStopped ? unstored : [...stored, ...unstored]
        if (!first) continue
        if (!(await sendOne(first))) break
        isAsked = true
        failures = 0
        await count()
      }
    } finally {
      isSending = false
      if (isOver()) end()
      await count()
    }
  }
  const onOnline = (): void => void send()
  const isOver = (): boolean => isStopped && unstored.length === 0
  network.addEventListener('online', onOnline)
  const end = (): void => {
    clearTimeout(timer)
    network.removeEventListener('online', onOnline)
  }

  return {
    add: async (answer) => {
      adding += 1
      change({ waiting: state.waiting + 1 })
      try {
        // Where there is no room, the answer is sent all the same.
        if (unstored.length > 0) throw new Error('Answers are sent in their order')
        await store.queue(answer)
      } catch {
        unstored = [...unstored, answer]
      }
      adding -= 1
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
      if (isOver()) end()
    },
  }
}
