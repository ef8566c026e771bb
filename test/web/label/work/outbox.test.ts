import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AnswerReceipt } from '../../../../shared/contracts/labeling-answer.ts'
import { ApiError } from '../../../../web/kit/api.ts'
import { createOutbox, EMPTY_OUTBOX, type Outbox, type OutboxState } from '../../../../web/label/work/outbox.ts'
import { noWorkStore, type WorkStore } from '../../../../web/label/work/store.ts'
import { pollUntil } from '../../../support/poll.ts'
import { ACCOUNT, answerTo, openFreshStore } from './open-store.ts'

const TAKEN: AnswerReceipt = { line: 1, answer: 'empty', counted: true, revision: 1, cutBoxes: 0 }
const UNREACHABLE = new ApiError('no answer', { status: 0, code: 'unreachable' })

describe('the queue of answers', () => {
  let store: WorkStore
  let network: EventTarget
  let outboxes: Outbox[]
  /** What the server has, in the order in which it came. */
  let sent: string[]
  /** How the server answers; it takes everything by default. */
  let reply: (submitId: string) => AnswerReceipt | Promise<AnswerReceipt>
  /** What the page was told, in the order of changes. */
  let told: OutboxState[]
  beforeEach(async () => {
    store = await openFreshStore()
    network = new EventTarget()
    outboxes = []
    sent = []
    reply = () => TAKEN
    told = []
  })
  afterEach(() => {
    for (const outbox of outboxes) outbox.stop()
  })

  const state = () => told.at(-1) ?? EMPTY_OUTBOX
  const open = (where: WorkStore = store) => {
    const outbox = createOutbox({
      account: ACCOUNT,
      job: 'dogs',
      store: where,
      network,
      api: {
        answer: async (_job, _line, { submitId }) => {
          const receipt = await reply(submitId)
          sent.push(submitId)
          return receipt
        },
      },
      onChange: (changed) => told.push(changed),
      onReceipt: () => undefined,
    })
    outboxes.push(outbox)
    return outbox
  }
  const until = (accepts: (now: OutboxState) => boolean) => pollUntil(state, accepts, JSON.stringify)
  const fail = (error: ApiError) => () => {
    throw error
  }

  it('sends answers in their order, and counts them as saved when the server has them', async () => {
    const outbox = open()
    for (const line of [2, 1, 3]) void outbox.add(answerTo(line))
    await outbox.drained()
    expect(sent).toEqual(['submit-2', 'submit-1', 'submit-3'])
    expect(state()).toMatchObject({ saved: 3, waiting: 0, lost: [] })
  })

  it('never says that an answer is kept before the browser has stored it, nor saved before the server has it', async () => {
    const outbox = open()
    await outbox.add(answerTo(1))
    await outbox.drained()
    expect(told[0]).toMatchObject({ waiting: 1, kept: 0, saved: 0 })
    for (const { waiting, kept, saved } of told) {
      expect(kept).toBeLessThanOrEqual(waiting)
      expect(saved + waiting).toBe(1)
    }
  })

  it('keeps answers while there is no network, and sends them when it is back', async () => {
    reply = fail(UNREACHABLE)
    const outbox = open()
    await outbox.add(answerTo(1))
    await outbox.add(answerTo(2))
    await until(({ isOffline, kept }) => isOffline && kept === 2)
    reply = () => TAKEN
    network.dispatchEvent(new Event('online'))
    await until(({ waiting }) => waiting === 0)
    expect(sent).toEqual(['submit-1', 'submit-2'])
    expect(state()).toMatchObject({ saved: 2, isOffline: false })
  })

  it('sends what waited when the tab was closed, with the same submitId', async () => {
    reply = fail(UNREACHABLE)
    const first = open()
    await first.add(answerTo(1))
    await until(({ isOffline }) => isOffline)
    first.stop()
    reply = () => TAKEN
    const second = open()
    second.start()
    await second.drained()
    expect(sent).toEqual(['submit-1'])
  })

  it('sends an answer that comes while the one before is on its way', async () => {
    const outbox = open()
    const { promise: gate, resolve: openGate } = Promise.withResolvers<AnswerReceipt>()
    reply = (submitId) => (submitId === 'submit-1' ? gate : TAKEN)
    await outbox.add(answerTo(1))
    await outbox.add(answerTo(2))
    openGate(TAKEN)
    await until(({ saved }) => saved === 2)
    expect(sent).toEqual(['submit-1', 'submit-2'])
  })

  it('sends an answer that comes while the queue is read for the last time', async () => {
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
    let reads = 0
    const slow: WorkStore = {
      ...store,
      queued: async (account) => {
        reads += 1
        const isFirst = reads === 1
        const found = await store.queued(account)
        // Whoever sends sees the queue as it was before the answer came.
        if (isFirst) await gate
        return found
      },
    }
    const outbox = open(slow)
    outbox.start()
    await outbox.add(answerTo(1))
    openGate()
    await until(({ saved }) => saved === 1)
    expect(sent).toEqual(['submit-1'])
  })

  it('names an answer that the server refuses, with its reason, and goes on with the next one', async () => {
    const refusal = new ApiError('others have this image now', { status: 409, code: 'block-expired' })
    reply = (submitId) => (submitId === 'submit-1' ? fail(refusal)() : TAKEN)
    const outbox = open()
    await outbox.add(answerTo(1))
    await outbox.add(answerTo(2))
    await outbox.drained()
    expect(state()).toMatchObject({ saved: 1, waiting: 0, lost: [{ line: 1, reason: 'others have this image now' }] })
  })

  it('names an answer that came after the end of the job', async () => {
    reply = () => ({ ...TAKEN, counted: false })
    const outbox = open()
    await outbox.add(answerTo(7))
    await outbox.drained()
    expect(state()).toMatchObject({ saved: 0, lost: [{ line: 7 }] })
  })

  it.each([
    ['too many requests', 429, 'throttled'],
    ['a failure of the server', 503, 'unavailable'],
  ])('keeps answers after %s', async (_, status, code) => {
    reply = fail(new ApiError('later', { status, code }))
    const outbox = open()
    await outbox.add(answerTo(1))
    await until(({ kept }) => kept === 1)
    expect(state()).toMatchObject({ waiting: 1, lost: [] })
  })

  it('keeps answers of a worker whose link is not valid any more, and says so', async () => {
    reply = fail(new ApiError('no', { status: 401, code: 'unauthorized' }))
    const outbox = open()
    await outbox.add(answerTo(1))
    await until(({ isSignedOut }) => isSignedOut)
    expect(state()).toMatchObject({ waiting: 1, kept: 1, lost: [] })
  })

  it('counts an answer that is changed once', async () => {
    const outbox = open()
    await outbox.add(answerTo(1))
    await outbox.drained()
    await outbox.add(answerTo(1, { submitId: 'second', replaces: 'submit-1' }))
    await outbox.drained()
    expect(sent).toEqual(['submit-1', 'second'])
    expect(state().saved).toBe(1)
  })

  it('sends answers that the browser cannot store, in their order, and says that they are only in this tab', async () => {
    reply = fail(UNREACHABLE)
    const outbox = open(noWorkStore())
    await outbox.add(answerTo(1))
    await outbox.add(answerTo(2))
    await until(({ isOffline }) => isOffline)
    expect(state()).toMatchObject({ waiting: 2, kept: 0, onlyHere: 2 })
    reply = () => TAKEN
    network.dispatchEvent(new Event('online'))
    await outbox.drained()
    expect(sent).toEqual(['submit-1', 'submit-2'])
    expect(state()).toMatchObject({ saved: 2, waiting: 0, onlyHere: 0 })
  })

  it('keeps the order when the browser runs out of room in between', async () => {
    reply = fail(UNREACHABLE)
    let room = 1
    const small: WorkStore = {
      ...store,
      queue: async (answer) => {
        room -= 1
        if (room === -1) throw new DOMException('The quota has been exceeded', 'QuotaExceededError')
        await store.queue(answer)
      },
    }
    const outbox = open(small)
    for (const line of [1, 2, 3]) await outbox.add(answerTo(line))
    expect(state()).toMatchObject({ waiting: 3, kept: 1, onlyHere: 2 })
    reply = () => TAKEN
    await outbox.drained()
    expect(sent).toEqual(['submit-1', 'submit-2', 'submit-3'])
    expect(state()).toMatchObject({ saved: 3, waiting: 0 })
  })

  it('sends what only this tab has although it is stopped, and nothing else', async () => {
    reply = fail(UNREACHABLE)
    let room = 1
    const small: WorkStore = {
      ...store,
      queue: async (answer) => {
        room -= 1
        if (room < 0) throw new DOMException('The quota has been exceeded', 'QuotaExceededError')
        await store.queue(answer)
      },
    }
    const outbox = open(small)
    await outbox.add(answerTo(1))
    await outbox.add(answerTo(2))
    await until(({ isOffline }) => isOffline)
    outbox.stop()
    reply = () => TAKEN
    network.dispatchEvent(new Event('online'))
    await pollUntil(
      () => sent.length,
      (count) => count > 0,
    )
    network.dispatchEvent(new Event('online'))
    expect(sent).toEqual(['submit-2'])
    expect((await store.queued(ACCOUNT)).map(({ line }) => line)).toEqual([1])
  })

  it('sends nothing any more once it is stopped', async () => {
    reply = fail(UNREACHABLE)
    const outbox = open()
    await outbox.add(answerTo(1))
    await until(({ isOffline }) => isOffline)
    outbox.stop()
    reply = () => TAKEN
    network.dispatchEvent(new Event('online'))
    await store.queued(ACCOUNT)
    expect(sent).toEqual([])
  })
})
